"""The registry beside `mlflow server`, both with their defaults, under one load on one machine.

    python benchmarks/registry.py                   10,000 models with 100,000 versions: some minutes
    python benchmarks/registry.py --quick           1,000 models; the ratios are rougher
    python benchmarks/registry.py --only tidemill   one side alone

Both are filled with the same rows, straight into their tables; `load/registry_load.py` drives both over HTTP, one after
the other. CPU per call is the steady figure on a shared machine. Results go to benchmarks/results/registry.json, and as
a table to docs/benchmarks.md.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from servers import LOAD, Side, environment, running
from tracking import build_sides

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "registry.json"
VERSIONS = 10


def main() -> None:
    options = parse_options()
    with tempfile.TemporaryDirectory(prefix="tidemill-bench-") as folder:
        sides = [side for side in build_sides(Path(folder), options) if options.only in (None, side.name)]
        results = {side.name: measure(side, options) for side in sides}
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**known, **results}, indent=1) + "\n")
    print(f"wrote {RESULTS}")
    subprocess.run([sys.executable, str(HERE / "report.py")], check=True)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["tidemill", "mlflow"])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mlflow", default=str(Path(sys.executable).with_name("mlflow")), help="the mlflow command")
    return parser.parse_args()


def measure(side: Side, options: argparse.Namespace) -> dict[str, Any]:
    """All figures of one server."""
    models = 1_000 if options.quick else 10_000
    calls, reps = (100, 20) if options.quick else (500, 100)
    if side.name == "mlflow":
        calls, reps = calls // 2, reps // 10
    with running(side) as start:
        fill = [LOAD / f"{side.name}_registry_fill.py", side.folder / f"{side.name}.db", str(models), str(VERSIONS)]
        print(f"{side.name}: filling {models} models ...", flush=True)
        subprocess.run([sys.executable, *map(str, fill)], check=True, env=environment(side))
        command = [sys.executable, str(LOAD / "registry_load.py"), "--uri", side.uri, "--models", str(models)]
        command += ["--versions", str(VERSIONS), "--calls", str(calls), "--reps", str(reps)]
        command += ["--server-pid", str(start["pid"])]
        print(f"{side.name}: searching, registering, loading ...", flush=True)
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment(side)).stdout
        return {"models": models, "versions": models * VERSIONS, **json.loads(output)}


if __name__ == "__main__":
    main()
