"""A step of a pipeline, in a process of its own: its inputs are put in place, it runs, and what it left is handed in.

It gets Kubeflow's executor input, in which paths begin with `ROOT`, and gives JSON: the parameters and artifacts that
it wrote, with the digests of the files. Facts: docs/mechanisms/pipelines.md, "A step".
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any, cast

from tidemill.runtime import lightweight, step_containers, step_mounts
from tidemill.runtime.handing import Store
from tidemill.runtime.results import CommandFailedError, Plain

ROOT = "/tidemill-step-root"
"""Stands for the folder in which the step finds itself."""
_LARGEST_PARAMETER = 1024 * 1024

Order = Mapping[str, Any]
"""`data_dir` and `workspace`: where content lies; `inputs`: path → file → digest; `executor_input`; `outputs`: the
folders that it may write; `files`: variable → path of what is to be a file; `mounts`; and either `program` and
`function`, of a lightweight Python component, or `contained`, a container, or `command`."""


def run(order: Order) -> Plain:
    """Run a step. Raises what its function raises; a command that fails ends this process with its exit code."""
    root = os.getcwd()
    order = _placed(order, root)
    store = Store(order["data_dir"], order["workspace"])
    for path, files in order["inputs"].items():
        store.fetch(path, files)
    for folder in order["outputs"]:
        os.makedirs(folder, exist_ok=True)
    for variable, path in order.get("files", {}).items():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            file.write(os.environ.pop(variable))
    _execute(order, root)
    return Plain(json.dumps(_handed_in(order["executor_input"]["outputs"], root, store)).encode())


def _placed(value: Any, root: str) -> Any:
    """The same with this folder in place of `ROOT`."""
    if isinstance(value, str):
        return value.replace(ROOT, root)
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return {_placed(name, root): _placed(each, root) for name, each in entries.items()}
    return [_placed(each, root) for each in cast("list[Any]", value)] if isinstance(value, list) else value


def _execute(order: Order, root: str) -> None:
    if "mounts" in order:
        step_mounts.mount_all(order["mounts"])
    if "program" in order:
        lightweight.execute(order["program"], order["function"], order["executor_input"])
        return
    if "contained" in order:
        code = step_containers.run_contained(order["contained"], root, order["executor_input"]["outputs"])
    else:
        code = subprocess.run(order["command"], check=False).returncode  # noqa: S603 - the step is its author's own
    if code != 0:
        raise CommandFailedError(code if code > 0 else 128 - code)


# What it left --------------------------------------------------------------------------------------------------------


def _handed_in(outputs: Mapping[str, Any], root: str, store: Store) -> dict[str, Any]:
    """Parameters and artifacts: what the executor's output says, else what lies where it was to be written."""
    told = _executor_output(outputs["outputFile"])
    parameters = dict(told.get("parameterValues") or {})
    for name, place in outputs.get("parameters", {}).items():
        if name not in parameters and (text := _text(place["outputFile"])) is not None:
            parameters[name] = {"text": text}
        elif name in parameters:
            parameters[name] = {"value": parameters[name]}
    artifacts = dict(_artifacts(outputs.get("artifacts", {}), told.get("artifacts") or {}))
    for each in (artifact for artifacts_ in artifacts.values() for artifact in artifacts_):
        custom = each.pop("customPath", None) or each.pop("custom_path", None)
        path = custom or each["uri"]
        if custom or path.startswith(root):
            each["files"] = store.send(path)
            each["uri"] = each["uri"].replace(root, ROOT)
    known = {name: given for name, given in parameters.items() if name in outputs.get("parameters", {})}
    return {"parameters": known, "artifacts": artifacts}


def _artifacts(places: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name, place in places.items():
        planned: list[dict[str, Any]] = place.get("artifacts", [])
        said = cast("dict[str, Any]", told.get(name) or {})
        given = cast("list[dict[str, Any]] | None", said.get("artifacts"))
        if given is None:
            yield name, [dict(each) for each in planned]
        else:
            yield name, [{**(planned[0] if planned else {}), **each} for each in given]


def _executor_output(path: str) -> dict[str, Any]:
    """What the executor said, which nobody else reads: a folder that is left empty serves the next step."""
    try:
        with open(path, encoding="utf-8") as file:
            told = json.load(file)
        os.unlink(path)
    except FileNotFoundError:
        return {}
    return told


def _text(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(_LARGEST_PARAMETER + 1)
    except FileNotFoundError:
        return None
    if len(text) > _LARGEST_PARAMETER:
        raise ValueError(f"the output parameter at {path} is longer than {_LARGEST_PARAMETER:,} characters")
    return text
