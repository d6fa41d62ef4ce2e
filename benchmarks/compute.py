"""Tidemill beside Ray tasks, Prefect, Dagster and Metaflow: one trivial task, and a thousand, on one machine.

    python benchmarks/compute.py                  everything, about ten minutes
    python benchmarks/compute.py --quick          fewer tasks, about five minutes; the ratios are rougher
    python benchmarks/compute.py --only tidemill  one side alone
    python benchmarks/compute.py --peers-dir DIR  where the peers' environments are, or are to be made (1 GB)

Each side runs alone, one after the other. Ours: `tidemill up` on an empty directory and its public SDK, every task in a
process of its own, its state kept and synced. Theirs: the scripts of `load/pipeline_peers` in their fastest mode.
Results go to benchmarks/results/compute.json, and as a table to docs/benchmarks.md.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from servers import LOAD, Side, free_port, running, tree_figures

HERE = Path(__file__).parent
PEERS = LOAD / "pipeline_peers"
RESULTS = HERE / "results" / "compute.json"
MANY = 1000
SETTLES_S = 5
PROBE_TIMEOUT_S = 900


@dataclass
class Peer:
    """A tool that is measured beside us."""

    name: str
    packages: Sequence[str]
    is_kept: str
    """What is kept of each task."""
    own_process: str
    """Whether each task is a process of its own."""
    fan: Sequence[str] = ()
    """The script of its throughput, with the number of tasks as argument."""
    fan_repeats: int = 1
    fan_metric: str = "fan"
    chain_metric: str = "chain"
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


def all_peers() -> Iterator[Peer]:
    yield Peer("ray", ["ray==2.60.0"], "nothing", "no: workers are kept", ["bench_ray.py", str(MANY)], 3)
    prefect = ["prefect==3.8.8", "fastapi==0.139.2"]  # with a newer fastapi its server does not start
    yield Peer("prefect", prefect, "SQLite", "no: threads", ["bench_prefect.py", str(MANY)])
    dagster = ["bench_dagster.py", str(MANY)]
    metrics = ("fan_in_process_sqlite", "chain_in_process")
    yield Peer("dagster", ["dagster==1.13.27"], "SQLite", "no", dagster, 1, *metrics)
    settings = {"METAFLOW_USER": "bench", "USERNAME": "bench"}
    yield Peer("metaflow", ["metaflow==2.19.39"], "files", "yes", environment=settings)


def main() -> None:
    options = parse_options()
    measured: dict[str, Any] = {}
    if options.only in (None, "tidemill"):
        measured["tidemill"] = measure_tidemill(options)
    for peer in all_peers():
        if options.only in (None, peer.name):
            measured[peer.name] = measure_peer(peer, options)
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({**known, **measured}, indent=1) + "\n")
    print(f"wrote {RESULTS}")
    subprocess.run([sys.executable, str(HERE / "report.py")], check=True)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["tidemill", "ray", "prefect", "dagster", "metaflow"])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--peers-dir", type=Path, default=HERE.parent / ".setup" / "peers")
    return parser.parse_args()


def measure_tidemill(options: argparse.Namespace) -> dict[str, Any]:
    print("tidemill ...", flush=True)
    many = MANY // 5 if options.quick else MANY
    with tempfile.TemporaryDirectory(prefix="tidemill-bench-") as folder:
        port = free_port()
        command = [sys.executable, "-m", "tidemill", "up", "--port", str(port), "--data-dir", f"{folder}/data"]
        side = Side("tidemill", command, Path(folder), port, "/readyz")
        began = time.perf_counter()
        with running(side) as started:
            before = tree_figures(started["pid"])["cpu_s"]
            probe = [sys.executable, str(PEERS / "probe_tidemill.py"), side.uri, str(many)]
            result = run_probe(probe, {}, began, {"server": started["pid"]})
            result["server_idle"] = tree_figures(started["pid"])
            result["server_cpu_s"] = round(result["server_idle"]["cpu_s"] - before, 2)
    for metric, rate in (("fan", "tasks_per_s"), ("small_fan", "small_tasks_per_s")):
        result[rate] = statistics.median(each["tasks_per_s"] for each in result.pop(f"all_{metric}"))
    return {**result, "is_kept": "SQLite, synced", "own_process": "yes"}


def measure_peer(peer: Peer, options: argparse.Namespace) -> dict[str, Any]:
    """All figures of one tool. What fails is told, and is no figure."""
    print(f"{peer.name} ...", flush=True)
    python = peer_python(peer, options.peers_dir)
    result: dict[str, Any] = {"is_kept": peer.is_kept, "own_process": peer.own_process, "packages": peer.packages}
    with tempfile.TemporaryDirectory(prefix="tidemill-bench-") as home:
        variables = {**peer.environment, "TMPDIR": home, "HOME": home}
        probe = [str(python), str(PEERS / f"probe_{peer.name}.py")]
        result |= run_probe(probe, variables, time.perf_counter(), {})
        told = [each for _ in range(peer.fan_repeats) for each in run_script(peer, python, variables, options)]
    if fans := [each["tasks_per_s"] for each in told if each["metric"] == peer.fan_metric]:
        result["tasks_per_s"] = statistics.median(fans)
    if chains := [each for each in told if each["metric"] == peer.chain_metric]:
        result["chain"] = {"n": chains[0]["n"], "wall_s": statistics.median(each["wall_s"] for each in chains)}
    return result


def peer_python(peer: Peer, folder: Path) -> Path:
    """The interpreter of a peer's environment, which is made where it is not there yet."""
    place, done = folder / peer.name, folder / peer.name / ".done"
    python = place / "bin" / "python"
    wanted = "\n".join(peer.packages)
    if not done.exists() or (done.read_text().strip() or wanted) != wanted:
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        print(f"making {place} ...", flush=True)
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(place)], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), *peer.packages], check=True)
        done.write_text(wanted)
    return python


def run_probe(
    command: Sequence[str], variables: Mapping[str, str], began: float, others: Mapping[str, int]
) -> dict[str, Any]:
    """Run a probe to its end. `first_s` is from `began` to its first result; memory is that of all who take part."""
    result: dict[str, Any] = {}
    environment = {**os.environ, **variables}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdin is not None
    assert process.stdout is not None
    late = threading.Timer(PROBE_TIMEOUT_S, process.kill)
    late.start()
    try:
        for line in process.stdout:
            if line.startswith("IDLE"):
                time.sleep(SETTLES_S)
                trees = [tree_figures(pid) for pid in (process.pid, *others.values())]
                result["idle"] = {key: sum(tree[key] for tree in trees) for key in ("pss_mb", "processes")}
                process.stdin.write("\n")
                process.stdin.flush()
            elif line.startswith("RESULT "):
                told = json.loads(line.removeprefix("RESULT "))
                if told["metric"] == "first":
                    result["first_s"] = round(time.perf_counter() - began, 2)
                result[told["metric"]] = told
                result.setdefault(f"all_{told['metric']}", []).append(told)
    finally:
        late.cancel()
        process.stdin.close()
        process.wait()
    if process.returncode != 0:
        result["error"] = f"status {process.returncode}"
    kept = ("all_fan", "all_small_fan")
    return {key: value for key, value in result.items() if not key.startswith("all_") or key in kept}


def run_script(
    peer: Peer, python: Path, variables: Mapping[str, str], options: argparse.Namespace
) -> Iterator[dict[str, Any]]:
    """What a peer's own script tells, without what failed."""
    if peer.name == "metaflow":
        rate = metaflow_rate(python, variables, 10 if options.quick else 50)
        yield {"metric": peer.fan_metric, "tasks_per_s": rate}
        return
    script, many = peer.fan
    number = str(int(many) // 5) if options.quick else many
    command = [str(python), script, number]
    run = subprocess.run(command, cwd=PEERS, env={**os.environ, **variables}, stdout=subprocess.PIPE, text=True)
    for line in run.stdout.splitlines():
        if line.startswith("RESULT "):
            told = json.loads(line.removeprefix("RESULT "))
            if "error" not in told:
                yield told


def metaflow_rate(python: Path, variables: Mapping[str, str], width: int) -> float:
    """Of a foreach so wide, as a thousand take it about a quarter of an hour; its other three steps count too."""
    with tempfile.TemporaryDirectory() as root:
        settings = {**os.environ, **variables, "N": str(width), "METAFLOW_DATASTORE_SYSROOT_LOCAL": root}
        command = [str(python), "bench_metaflow.py", "--no-pylint", "run", "--max-num-splits", "2000"]
        began = time.perf_counter()
        subprocess.run([*command, "--max-workers", "2"], cwd=PEERS, env=settings, stdout=subprocess.DEVNULL, check=True)
        return round((width + 3) / (time.perf_counter() - began), 2)


if __name__ == "__main__":
    main()
