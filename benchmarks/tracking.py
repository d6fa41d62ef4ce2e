"""Tidemill beside `mlflow server`, both with their defaults, under one load on one machine.

    python benchmarks/tracking.py                 everything: about half an hour, most of it waiting for mlflow
    python benchmarks/tracking.py --quick         smaller numbers, a few minutes; the ratios are rougher
    python benchmarks/tracking.py --only tidemill one side alone

`load/tracking_load.py` drives both over HTTP, one after the other, so that neither disturbs the other. CPU per call is
the steady figure on a shared machine; wall-clock rates move with its neighbours. `mlflow` is that of this environment,
or named by --mlflow. Results go to benchmarks/results/tracking.json, and as a table to docs/benchmarks.md.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from servers import LOAD, Side, disk_bytes, environment, free_port, running, tree_figures

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "tracking.json"
QUERIES_OF_100K = "two_filters_order_50,no_filter_default_order_50,no_filter_1000"


def main() -> None:
    options = parse_options()
    with tempfile.TemporaryDirectory(prefix="tidemill-bench-") as folder:
        sides = [side for side in build_sides(Path(folder), options) if options.only in (None, side.name)]
        results = {side.name: measure(side, options) for side in sides}
    RESULTS.parent.mkdir(exist_ok=True)
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**known, **results}, indent=1) + "\n")
    print(f"wrote {RESULTS}")
    subprocess.run([sys.executable, str(HERE / "report.py")], check=True)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["tidemill", "mlflow"])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mlflow", default=str(Path(sys.executable).with_name("mlflow")), help="the mlflow command")
    parser.add_argument("--skip-100k", action="store_true")
    return parser.parse_args()


def build_sides(folder: Path, options: argparse.Namespace) -> Iterator[Side]:
    port = free_port()
    ours = folder / "tidemill"
    command = [sys.executable, "-m", "tidemill", "up", "--port", str(port), "--data-dir", str(ours)]
    yield Side("tidemill", command, ours, port, "/readyz")
    port = free_port()
    theirs = folder / "mlflow"
    theirs.mkdir()
    store = ["--backend-store-uri", f"sqlite:///{theirs}/mlflow.db", "--artifacts-destination", f"{theirs}/artifacts"]
    yield Side("mlflow", [options.mlflow, "server", "--port", str(port), *store], theirs, port, "/health")


def measure(side: Side, options: argparse.Namespace) -> dict[str, Any]:
    """All figures of one server, each phase on a server that has just been started where that matters."""
    result: dict[str, Any] = {}
    with running(side) as start:
        result["start"] = start
    with running(side) as start:  # the schema is there now: a warm start
        pid = start.pop("pid")
        result["warm_start"] = start
        time.sleep(10)
        result["idle"] = tree_figures(pid)
        calls, batches = (200, 40) if options.quick else (1000, 200)
        if side.name == "mlflow":
            calls, batches = calls // 2, batches // 4
        common = ["--calls", str(calls), "--batches", str(batches)]
        result["write"] = load(side, pid, "ingest,mixed,create,single", common)
        result["ui"] = load(side, pid, "ui", [])
        points = 100_000 if options.quick else 1_000_000
        before = disk_bytes(side.folder)
        result["history"] = load(side, pid, "history", ["--history-points", str(points), *history_run(side, points)])
        result["history"]["disk_bytes_per_point"] = round((disk_bytes(side.folder) - before) / points, 2)
        result["search_10k"] = search(side, pid, 10_000, "10k", [])
        if not (options.quick or options.skip_100k):
            result["search_100k"] = search(side, pid, 100_000, "100k", ["--queries", QUERIES_OF_100K])
    return result


def search(side: Side, pid: int, runs: int, name: str, extra: list[str]) -> dict[str, Any]:
    """The queries over so many runs, put straight into the tables: over REST mlflow would need an hour."""
    experiment = f"bench-search-{name}"
    post(side, "experiments/create", {"name": experiment})
    fill = [
        LOAD / f"{side.name}_sqlite_fill.py",
        side.folder / f"{side.name}.db",
        str(runs),
        "--experiment",
        experiment,
    ]
    print(f"{side.name}: filling {runs} runs ...", flush=True)
    subprocess.run([sys.executable, *map(str, fill)], check=True, env=environment(side))
    reps = "3" if side.name == "mlflow" else "15"
    common = ["--search-runs", str(runs), "--search-experiment", experiment, "--assume-filled", "--search-reps", reps]
    return load(side, pid, "search", [*common, *extra])


def history_run(side: Side, points: int) -> list[str]:
    """A run that holds the history already, for mlflow; ours is given it over REST, as part of the figures."""
    if side.name != "mlflow":
        return []
    created = post(side, "experiments/create", {"name": "bench-history"})
    run = post(side, "runs/create", {"experiment_id": created["experiment_id"]})["run"]["info"]["run_id"]
    fill = [str(LOAD / "mlflow_sqlite_history.py"), str(side.folder / "mlflow.db"), run, str(points)]
    subprocess.run([sys.executable, *fill], check=True)
    return ["--history-run", run]


def post(side: Side, path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(  # noqa: S310 - our own
        f"{side.uri}/api/2.0/mlflow/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own
        return json.load(answer)


def load(side: Side, pid: int, phases: str, extra: list[str]) -> dict[str, Any]:
    print(f"{side.name}: {phases} ...", flush=True)
    command = [sys.executable, str(LOAD / "tracking_load.py"), "--uri", side.uri, "--phases", phases]
    command += ["--server-pid", str(pid), "--query-timeout", "120", *extra]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment(side)).stdout
    return json.loads(output)


if __name__ == "__main__":
    main()
