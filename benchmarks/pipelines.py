"""Tidemill's pipelines beside kfp's own local runner, Prefect, Dagster and Metaflow: trivial steps, on one machine.

    python benchmarks/pipelines.py                  everything, about ten minutes
    python benchmarks/pipelines.py --only tidemill  one side alone
    python benchmarks/pipelines.py --peers-dir DIR  where the peers' environments are, or are to be made

Ours: `tidemill up` on an empty directory, and the unmodified kfp client; every step is a process of its own, its state
kept and synced. Theirs: the scripts of `load/pipeline_peers` in their fastest mode, and kfp's runner in its default one
too, with two steps.
Results go to benchmarks/results/pipelines.json, and as a table to docs/benchmarks.md.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from compute import MANY, PEERS, Peer, all_peers, peer_python, run_probe, run_script
from servers import Side, free_port, running, tree_figures

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "pipelines.json"
KFP = Peer("kfp", ["kfp==2.17.0", "pip"], "nothing", "yes")  # its steps call pip
MODES = {"novenv": 10, "venv": 2}
"""Of kfp's local runner, with the length of the chain: its default makes a virtual environment for each step."""
COMPARED = ("prefect", "dagster", "metaflow")


def main() -> None:
    options = parse_options()
    measured: dict[str, Any] = {}
    if options.only in (None, "tidemill"):
        measured["tidemill"] = measure_tidemill(options.peers_dir)
    if options.only in (None, "kfp"):
        measured["kfp"] = measure_kfp(options.peers_dir)
    for peer in all_peers():
        if peer.name in COMPARED and options.only in (None, peer.name):
            measured[peer.name] = measure_peer(peer, options)
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({**known, **measured}, indent=1) + "\n")
    print(f"wrote {RESULTS}")
    subprocess.run([sys.executable, str(HERE / "report.py")], check=True)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["tidemill", "kfp", *COMPARED])
    parser.add_argument("--peers-dir", type=Path, default=HERE.parent / ".setup" / "peers")
    options = parser.parse_args()
    options.quick = False
    return options


def measure_tidemill(peers_dir: Path) -> dict[str, Any]:
    print("tidemill ...", flush=True)
    python = peer_python(KFP, peers_dir)
    with tempfile.TemporaryDirectory(prefix="tidemill-bench-") as folder:
        port = free_port()
        command = [sys.executable, "-m", "tidemill", "up", "--port", str(port), "--data-dir", f"{folder}/data"]
        side = Side("tidemill", command, Path(folder), port, "/readyz")
        began = time.perf_counter()
        with running(side) as started:
            probe = [str(python), str(PEERS / "probe_tidemill_kfp.py"), side.uri, str(MANY)]
            result = run_probe(probe, {"HOME": folder}, began, {})
            result["server"] = tree_figures(started["pid"])
    result["tasks_per_s"] = statistics.median(each["tasks_per_s"] for each in result.pop("all_fan"))
    return {**result, "is_kept": "SQLite, synced", "own_process": "yes"}


def measure_kfp(peers_dir: Path) -> dict[str, Any]:
    """Chains of kfp's local runner."""
    print("kfp ...", flush=True)
    python = peer_python(KFP, peers_dir)
    result: dict[str, Any] = {"is_kept": "nothing", "own_process": "yes"}
    for mode, steps in MODES.items():
        for told in kfp_chain(python, mode, steps):
            result[told["metric"]] = told
    return result


def kfp_chain(python: Path, mode: str, steps: int) -> Iterator[dict[str, Any]]:
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"  # without environments of its own it calls `python3`
    with tempfile.TemporaryDirectory(prefix="tidemill-bench-") as home:
        variables = {**os.environ, "KFP_BENCH_STEPS": str(steps), "PATH": path, "HOME": home, "TMPDIR": home}
        command = [str(python), "bench_kfp_local.py", mode]
        run = subprocess.run(command, cwd=PEERS, env=variables, stdout=subprocess.PIPE, text=True)
    yield from results_of(run.stdout)


def measure_peer(peer: Peer, options: argparse.Namespace) -> dict[str, Any]:
    """The chain and the fan-out of a peer's own script."""
    print(f"{peer.name} ...", flush=True)
    python = peer_python(peer, options.peers_dir)
    result: dict[str, Any] = {"is_kept": peer.is_kept, "own_process": peer.own_process}
    with tempfile.TemporaryDirectory(prefix="tidemill-bench-") as home:
        variables: Mapping[str, str] = {**peer.environment, "TMPDIR": home, "HOME": home}
        for told in run_script(peer, python, variables, options):
            if told["metric"] == peer.fan_metric:
                result["tasks_per_s"] = told["tasks_per_s"]
            elif told["metric"] == peer.chain_metric:
                result["chain"] = told
    return result


def results_of(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        if line.startswith("RESULT "):
            told = json.loads(line.removeprefix("RESULT "))
            if "error" not in told:
                yield told


if __name__ == "__main__":
    main()
