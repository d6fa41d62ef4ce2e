"""The part of a step's order that makes its command a container's.

The container finds the step's folder at `WORK`: in what it is told that stands for the folder, and in what the step
does with its files the folder itself.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tidemill.compute import WORK, ContainerRequest, Containers, Mount, Resources
from tidemill.pipelines.ir.placeholders import TaskScope, fill_words
from tidemill.pipelines.ir.spec import ContainerSpec
from tidemill.runtime.step_containers import DEVICES
from tidemill.runtime.steps import ROOT

CONTAINED_WORKSPACE = "/kfp-workspace"
"""Where a container finds the folder that all tasks of its run share, as with Kubeflow."""
_FILE = f"{ROOT}/.variables"


@dataclass(frozen=True, slots=True)
class Contained:
    """A container of a task."""

    name: str
    spec: ContainerSpec
    variables: Sequence[str]
    """Names of what it gets of the step's environment."""
    mounts: Sequence[Mount]
    resources: Resources


async def contained_order(containers: Containers, asked: Contained, scope: TaskScope) -> Mapping[str, Any]:
    """What the step is told. Raises InvalidError for what the engine cannot do."""
    request = ContainerRequest(
        asked.name,
        asked.spec.image,
        _inside(fill_words(asked.spec.command, scope)),
        _inside(fill_words(asked.spec.args, scope)),
        work=ROOT,
        variables=asked.variables,
        file=_FILE,
        mounts=asked.mounts,
        devices=(DEVICES,) if asked.resources.gpus else (),
        memory_bytes=asked.resources.memory_bytes,
        cpu_milli=asked.resources.cpu_milli,
        user="" if os.geteuid() == 0 else f"{os.geteuid()}:{os.getegid()}",
    )
    return await containers.order(request)


def _inside(words: Sequence[str]) -> Sequence[str]:
    """As the container sees paths."""
    return [word.replace(ROOT, WORK) for word in words]
