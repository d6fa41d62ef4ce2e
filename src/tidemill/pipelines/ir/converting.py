"""Plain data into structs. What does not fit is named by its whole place: msgspec says `tasks[...]`, and the key is
found again."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec

from tidemill.pipelines.ir.problems import problem
from tidemill.pipelines.ir.spec import PipelineSpec, Value

_AT = " - at `$"
_SOME_KEY = "[...]"


def converted(document: Mapping[str, Value]) -> PipelineSpec:
    """The spec that a document says; InvalidError with place and reason."""
    try:
        return msgspec.convert(document, PipelineSpec)
    except msgspec.ValidationError as error:
        reason, _, where = str(error).partition(_AT)
        place = _found(document, where.rstrip("`"))
        raise problem(place, reason.replace("`", ""), "compare with what kfp's compiler writes") from None
    except RecursionError:
        raise problem("", "the pipeline is nested too deep") from None


def _found(document: Mapping[str, Value], where: str) -> str:
    """`where` with the keys that are meant, `root.dag.tasks.fit`: each is looked for in a document of it alone."""
    head, *rest = where.split(_SOME_KEY)
    path = _steps(head)
    for part in rest:
        key = next((key for key in _keys(document, path) if _is_wrong(document, [*path, key])), "?")
        path = [*path, key, *_steps(part)]
    return ".".join(path)


def _steps(part: str) -> list[str]:
    return [step for step in part.split(".") if step]


def _keys(document: Mapping[str, Value], path: list[str]) -> Iterator[str]:
    value = _at(document, path)
    if isinstance(value, dict):
        yield from cast("dict[str, Value]", value)


def _is_wrong(document: Mapping[str, Value], path: list[str]) -> bool:
    only: Any = _at(document, path)
    for step in reversed(path):
        only = {step: only}
    try:
        msgspec.convert(only, PipelineSpec)
    except msgspec.ValidationError:
        return True
    return False


def _at(document: Mapping[str, Value], path: list[str]) -> Value:
    value: Any = document
    for step in path:
        value = cast("dict[str, Value]", value).get(step) if isinstance(value, dict) else None
    return value
