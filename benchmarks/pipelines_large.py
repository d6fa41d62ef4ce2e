"""Pipelines of many tasks through the engine: is the cost of a task the same in one of 10,000 as in one of 1,000?

    python benchmarks/pipelines_large.py                            chains and fans of 1,000 and 10,000 steps
    python benchmarks/pipelines_large.py --shapes fan --sizes 500   one alone
    python benchmarks/pipelines_large.py --steps importer           tasks without a process: the engine's own cost

`tidemill up` on an empty directory; the spec is written by hand, since kfp's compiler takes time that grows with the
square of the tasks. A python step is a lightweight component of the kfp that is named. Seconds are of the wall, and of
the CPU of the server and what it has started.
"""

import argparse
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from servers import Side, free_port, running, tree_figures

PROGRAM = "def inc(x: int) -> int:\n    return x + 1\n"
EXECUTOR = 'python3 -m kfp.dsl.executor_main --component_module_path "$0" "$@"'
WITHIN_S = 3600
POLL_S = 0.5
NUMBER = {"parameters": {"x": {"parameterType": "NUMBER_INTEGER"}}}


def main() -> None:
    options = parse_options()
    for shape, steps in itertools.product(options.shapes, options.steps):
        for told in measure(shape, steps, options):
            print(json.dumps(told), flush=True)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", nargs="+", choices=["chain", "fan"], default=["chain", "fan"])
    parser.add_argument("--steps", nargs="+", choices=["python", "importer"], default=["python"])
    parser.add_argument("--sizes", nargs="+", type=int, default=[1000, 10_000])
    parser.add_argument("--kfp", default="2.17.0")
    return parser.parse_args()


def measure(shape: str, steps: str, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Runs of growing size on one server, the first of them to have its environment built."""
    with tempfile.TemporaryDirectory(prefix="tidemill-bench-") as folder:
        port = free_port()
        command = [sys.executable, "-m", "tidemill", "up", "--port", str(port), "--data-dir", f"{folder}/data"]
        side = Side("tidemill", command, Path(folder), port, "/readyz")
        with running(side) as started, httpx.Client(base_url=side.uri, timeout=300, trust_env=False) as client:
            run(client, document(shape, steps, 10, options.kfp))
            for size in options.sizes:
                cpu_before = tree_figures(started["pid"])["cpu_s"]
                began = time.perf_counter()
                run(client, document(shape, steps, size, options.kfp))
                wall_s, cpu_s = time.perf_counter() - began, tree_figures(started["pid"])["cpu_s"] - cpu_before
                yield {
                    "shape": shape,
                    "steps": steps,
                    "tasks": size,
                    "wall_s": round(wall_s, 2),
                    "cpu_s": round(cpu_s, 2),
                    "wall_ms_a_task": round(1000 * wall_s / size, 2),
                    "server_cpu_ms_a_task": round(1000 * cpu_s / size, 2),
                }


def run(client: httpx.Client, spec: dict[str, Any]) -> None:
    answer = client.post("/apis/v2beta1/runs", json={"display_name": "large", "pipeline_spec": spec})
    answer.raise_for_status()
    until = time.monotonic() + WITHIN_S
    while (state := state_of(client)) not in ("SUCCEEDED", "FAILED", "CANCELED"):
        if time.monotonic() > until:
            raise SystemExit(f"the run is still {state}")
        time.sleep(POLL_S)
    if state != "SUCCEEDED":
        raise SystemExit(f"the run is {state}")


def state_of(client: httpx.Client) -> str:
    """The state of the latest run, as lists have it: without its tasks."""
    return client.get("/api/v1/pipeline-runs", params={"limit": 1}).json()["runs"][0]["state"]


def document(shape: str, steps: str, size: int, kfp: str) -> dict[str, Any]:
    """A chain, or a loop over as many items."""
    tasks = dict(chain(steps, size)) if shape == "chain" else {"loop": loop(size)}
    inner = {"comp-loop": {"inputDefinitions": NUMBER, "dag": {"tasks": dict([step(steps, "step", None)])}}}
    return {
        "pipelineInfo": {"name": f"{shape}-{size}"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {"executors": {"exec": executor(steps, kfp)}},
        "components": {"comp-step": component(steps), **(inner if shape == "fan" else {})},
        "root": {"dag": {"tasks": tasks}},
    }


def chain(steps: str, size: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(size):
        yield step(steps, f"step-{number}", f"step-{number - 1}" if number else "")


def step(steps: str, name: str, before: str | None) -> tuple[str, dict[str, Any]]:
    """A task that takes what the one before it gave; the first 0; in a loop the item."""
    if before is None:
        source: dict[str, Any] = {"componentInputParameter": "x"}
    elif before and steps == "python":
        source = {"taskOutputParameter": {"producerTask": before, "outputParameterKey": "Output"}}
    else:
        source = {"runtimeValue": {"constant": 0}}
    task = {
        "taskInfo": {"name": name},
        "componentRef": {"name": "comp-step"},
        "cachingOptions": {},
        "inputs": {"parameters": {"x": source}},
        **({"dependentTasks": [before]} if before else {}),
    }
    return name, task


def loop(size: int) -> dict[str, Any]:
    return {
        "taskInfo": {"name": "loop"},
        "componentRef": {"name": "comp-loop"},
        "parameterIterator": {"items": {"raw": json.dumps(list(range(size)))}, "itemInput": "x"},
    }


def component(steps: str) -> dict[str, Any]:
    made = {"artifacts": {"made": {"artifactType": {"schemaTitle": "system.Artifact", "schemaVersion": "0.0.1"}}}}
    number = {"parameters": {"Output": {"parameterType": "NUMBER_INTEGER"}}}
    return {
        "executorLabel": "exec",
        "inputDefinitions": NUMBER,
        "outputDefinitions": number if steps == "python" else made,
    }


def executor(steps: str, kfp: str) -> dict[str, Any]:
    if steps == "importer":
        return {
            "importer": {"artifactUri": {"constant": "gs://bucket/x"}, "typeSchema": {"schemaTitle": "system.Artifact"}}
        }
    install = f"python3 -m pip install 'kfp=={kfp}' '--no-deps' && \"$0\" \"$@\""
    return {
        "container": {
            "image": "python:3.11",
            "command": ["sh", "-c", install, "sh", "-ec", EXECUTOR, PROGRAM],
            "args": ["--executor_input", "{{$}}", "--function_to_execute", "inc"],
        }
    }


if __name__ == "__main__":
    main()
