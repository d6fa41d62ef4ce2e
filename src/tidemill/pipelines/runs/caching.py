"""Which tasks make the same: those of equal executors with equal inputs, by content where it is ours."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from tidemill.pipelines.ir.placeholders import fill
from tidemill.pipelines.plan.models import Artifact, Execute
from tidemill.pipelines.runs.launching import Launch

_VERSION = 2
"""Part of every key: another number when what belongs to a key changes."""


def cache_key(command: Execute, launch: Launch, uses_cache: bool | None) -> str | None:
    """The key under which what a task makes is found again; None where it is to be executed each time.

    A key that the pipeline gives itself stands for all that it is made of, as with Kubeflow. `uses_cache` is the run's
    word over the task's. Where its command or its inputs name the run, it is another one in each.
    """
    options = command.task.spec.caching_options
    if not (options.enable_cache if uses_cache is None else uses_cache):
        return None
    component = command.task.component
    content: list[Any] = [_VERSION, component.output_definitions]
    if options.cache_key:
        content.append(options.cache_key)
    else:
        inputs, extras = launch.inputs, launch.extras
        artifacts = {name: [_content(each) for each in given] for name, given in sorted(inputs.artifacts.items())}
        content += [launch.container, _named(launch), inputs.parameters, artifacts]
        if extras.secrets or extras.mounts or extras.variables:
            content.append([extras.secrets, extras.variables, extras.mounts])
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def _named(launch: Launch) -> Sequence[str]:
    """The words of its command and arguments in which names of the run or the task stand, with these."""
    words = (*launch.container.command, *launch.container.args)
    return [fill(word, launch.names) for word in words if "{{$." in word]


def _content(artifact: Artifact) -> list[Any]:
    """What is in an artifact: its files where we keep them, else its address."""
    return [artifact.id or artifact.uri, artifact.type, artifact.metadata]
