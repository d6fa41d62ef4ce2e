"""Two runs held against each other: their pipelines, what they were given, and what came of them."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from tidemill.pipelines.plan.models import Artifact, Instance, Kind
from tidemill.pipelines.runs.models import PipelineRun
from tidemill.pipelines.runs.store import TaskRow
from tidemill.pipelines.runs.tracking import metrics_of
from tidemill.pipelines.viewing.changes import (
    Changes,
    ComparedRun,
    InputChange,
    OutputChange,
    Side,
    TaskChange,
    TaskSide,
    ValueChange,
)
from tidemill.pipelines.viewing.code import code_changes, executed, package_changes, setting_changes

Row = TypeVar("Row")
_MOST_ROWS = 500
_MOST_TASKS = 2000
_LONGEST_VALUE = 2000
_HASH_SHOWN = 16


def compared(before: Side, after: Side) -> Changes:
    """What differs from the first to the second. A large pipeline takes a while: call it on a thread."""
    cut: list[str] = []

    def some(name: str, rows: Iterable[Row], most: int = _MOST_ROWS) -> list[Row]:
        found = list(rows)
        if len(found) > most:
            cut.append(name)
        return found[:most]

    old, new = executed(before.pipeline), executed(after.pipeline)
    rows, others = _by_path(before), _by_path(after)
    return Changes(
        before=_run(before.run),
        after=_run(after.run),
        same_spec=before.pipeline == after.pipeline,
        parameters=some("parameters", _parameters(before, after)),
        code=some("code", code_changes(old, new)),
        packages=some("packages", package_changes(old, new)),
        settings=some("settings", setting_changes(old, new)),
        inputs=some("inputs", _inputs(rows, others)),
        tasks=some("tasks", _tasks(rows, others), _MOST_TASKS),
        outputs=some("outputs", _outputs(rows, others)),
        cut=cut,
    )


def _run(run: PipelineRun) -> ComparedRun:
    source = run.source
    return ComparedRun(
        run.uuid,
        run.display_name,
        run.state,
        run.pipeline_name,
        source.pipeline_uuid,
        source.version_uuid,
        run.created_ms,
        run.finished_ms,
    )


def _by_path(side: Side) -> Mapping[str, TaskRow]:
    """What is executed, or failed before anything of it was."""
    return {row.instance.path: row for row in side.tasks if row.instance.path and row.instance.kind is Kind.EXECUTOR}


def _parameters(before: Side, after: Side) -> Iterator[ValueChange]:
    old, new = _given(before), _given(after)
    for name in sorted({*old, *new}):
        if name not in old or name not in new or old[name] != new[name]:
            yield ValueChange(name, name in old, name in new, _short(old.get(name)), _short(new.get(name)))


def _given(side: Side) -> Mapping[str, Any]:
    """The parameters of a run, with the defaults of those that nobody gave."""
    declared = side.pipeline.root.input_definitions.parameters
    defaults = {n: spec.default_value for n, spec in declared.items() if spec.default_value is not msgspec.UNSET}
    return defaults | dict(side.run.parameters)


def _inputs(before: Mapping[str, TaskRow], after: Mapping[str, TaskRow]) -> Iterator[InputChange]:
    for path in after:
        if path not in before:
            continue
        old, new = before[path].instance.inputs.artifacts, after[path].instance.inputs.artifacts
        for name in sorted({*old, *new}):
            was, now = _content(old.get(name, ())), _content(new.get(name, ()))
            if was != now:
                yield InputChange(path, name, was, now)


def _content(artifacts: Iterable[Artifact]) -> str:
    """By what artifacts are told apart: the hash of their files, or where they are."""
    known = [each.id or each.uri for each in artifacts]
    if not known:
        return ""
    if len(known) == 1 and "://" in known[0] and not known[0].startswith("{"):
        return known[0][:_LONGEST_VALUE]
    return hashlib.sha256(msgspec.json.encode(known)).hexdigest()[:_HASH_SHOWN]


def _tasks(before: Mapping[str, TaskRow], after: Mapping[str, TaskRow]) -> Iterator[TaskChange]:
    for path in [*after, *(path for path in before if path not in after)]:
        yield TaskChange(path, _side(before.get(path)), _side(after.get(path)))


def _side(row: TaskRow | None) -> TaskSide | None:
    if row is None:
        return None
    took = None if row.started_ms is None or row.ended_ms is None else row.ended_ms - row.started_ms
    return TaskSide(row.instance.state, took)


def _outputs(before: Mapping[str, TaskRow], after: Mapping[str, TaskRow]) -> Iterator[OutputChange]:
    for path in after:
        new = after[path].instance
        old = before[path].instance if path in before else None
        yield from _differing(path, _values(old), new.outputs.parameters, is_metric=False)
        yield from _differing(path, metrics_of(old) if old is not None else {}, metrics_of(new), is_metric=True)


def _values(instance: Instance | None) -> Mapping[str, Any]:
    return instance.outputs.parameters if instance is not None else {}


def _differing(path: str, old: Mapping[str, Any], new: Mapping[str, Any], *, is_metric: bool) -> Iterator[OutputChange]:
    for name in sorted({*old, *new}):
        is_same = name in old and name in new and old[name] == new[name]
        if not is_same:
            was, now = _short(old.get(name)), _short(new.get(name))
            yield OutputChange(path, name, is_metric, name in old, name in new, was, now)


def _short(value: Any) -> Any:
    """A value that fits a line of a page; of a long one its beginning, as text."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return value if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
