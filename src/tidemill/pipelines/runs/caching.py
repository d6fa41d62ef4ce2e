"""Which tasks make the same: those of equal executors with equal inputs, by content where it is ours."""

import hashlib
from typing import Any

import msgspec

from tidemill.pipelines.plan.models import Artifact, Execute

_VERSION = 1
"""Part of every key: another number when what belongs to a key changes."""


def cache_key(command: Execute, uses_cache: bool | None) -> str | None:
    """The key under which what a task makes is found again; None where it is to be executed each time.

    A key that the pipeline gives itself stands for all that it is made of, as with Kubeflow. `uses_cache` is the run's
    word over the task's.
    """
    options = command.task.spec.caching_options
    if not (options.enable_cache if uses_cache is None else uses_cache):
        return None
    component = command.task.component
    content: list[Any] = [_VERSION, component.output_definitions]
    if options.cache_key:
        content.append(options.cache_key)
    else:
        inputs = command.inputs
        artifacts = {name: [_content(each) for each in given] for name, given in sorted(inputs.artifacts.items())}
        content += [command.task.executor, inputs.parameters, artifacts]
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def _content(artifact: Artifact) -> list[Any]:
    """What is in an artifact: its files where we keep them, else its address."""
    return [artifact.id or artifact.uri, artifact.type, artifact.metadata]
