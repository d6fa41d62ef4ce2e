"""A step whose command runs in a container: its engine's program is a child of the step, which hands in what it left.

The container is not below the step, but below the engine's daemon: it is ended by its name, which is that of the task
and its attempt. So one that a killed step left behind is ended by who tries again.
"""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from tidemill.runtime.container import end_container, was_out_of_memory

DEVICES = "tidemill-step-devices"
"""Stands in a command for the accelerators that the step was given."""
_LEAVES_WITHIN_S = 7.0
"""How long a container has to end when the step is asked to; the step itself has 10 s."""

Contained = Mapping[str, Any]
"""`run`: the engine's command; `end`, `tells_out_of_memory`, `memory_bytes`: as in a supervisor's order; `not_run`: the
code that says that there was no container; `variables`: names; `file`: where they are written for engines that want
that, else empty; `work`: where it finds the step's folder."""


_PATHS = ("uri", "customPath", "custom_path")


class ContainerError(Exception):
    """A container that did not run, or ran out of memory."""


class _AskedToEndError(BaseException):
    """The step was asked to end."""


def run_contained(contained: Contained, folder: str, outputs: Mapping[str, Any]) -> int:
    """Run the container to its end; gives its exit code. Raises ContainerError where it cannot be had.

    `folder` is what it finds at `work`: in what it says of its `outputs`, its paths become ours.
    """
    record = {**contained, "variables": dict(os.environ)}
    _write_variables(contained)
    end_container(record)
    devices = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    command = [word.replace(DEVICES, devices) for word in contained["run"]]
    try:
        code = _code_of(command, record)
        if code == contained["not_run"]:
            raise ContainerError("the container engine could not run its image: the log says why")
        if was_out_of_memory(record, code):
            raise ContainerError("the container was out of memory")
        _with_our_paths(outputs["outputFile"], f"{contained['work']}/", f"{folder}/")
        return code
    finally:
        end_container(record)


def _code_of(command: Sequence[str], record: dict[str, Any]) -> int:
    before = signal.signal(signal.SIGTERM, _on_asked)
    try:
        child = subprocess.Popen(command)  # noqa: S603 - the engine's own program
        try:
            code = child.wait()
        except _AskedToEndError:
            code = _ended(child, record)
            raise SystemExit(128 + signal.SIGTERM) from None
    finally:
        signal.signal(signal.SIGTERM, before)
    return code if code >= 0 else 128 - code


def _ended(child: "subprocess.Popen[bytes]", record: dict[str, Any]) -> int:
    child.terminate()
    try:
        return child.wait(_LEAVES_WITHIN_S)
    except subprocess.TimeoutExpired:
        end_container(record)
        return child.wait()


def _on_asked(_number: int, _frame: object) -> None:
    raise _AskedToEndError


def _write_variables(contained: Contained) -> None:
    if not contained["file"]:
        return
    values = {name: os.environ[name] for name in contained["variables"] if name in os.environ}
    broken = [name for name, value in values.items() if "\n" in value]
    if broken:
        raise ContainerError(
            f"containerd's ctr takes no variable with more than one line, as {broken[0]} is: "
            "install docker, podman or nerdctl"
        )
    descriptor = os.open(contained["file"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())


def _with_our_paths(executor_output: str, theirs: str, ours: str) -> None:
    try:
        with open(executor_output, encoding="utf-8") as file:
            told: dict[str, Any] = json.load(file)
    except FileNotFoundError:
        return
    given: dict[str, dict[str, Any]] = told.get("artifacts") or {}
    for each in given.values():
        artifacts: list[dict[str, Any]] = each.get("artifacts") or []
        for artifact in artifacts:
            for name in _PATHS:
                path = str(artifact.get(name, ""))
                if path.startswith(theirs):
                    artifact[name] = ours + path.removeprefix(theirs)
    with open(executor_output, "w", encoding="utf-8") as file:
        json.dump(told, file)
