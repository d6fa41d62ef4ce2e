"""`{{$.inputs.parameters['x']}}` and the others, filled with the values of one task.

What is put in is never read again: a value that looks like a placeholder stays as it is, and so does a placeholder that
is not known or has no value.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from tidemill.pipelines.ir.rendering import as_json, as_text, with_whole_numbers
from tidemill.pipelines.ir.scope import Known, Scope, TaskScope, path_of
from tidemill.pipelines.ir.spec import Value

__all__ = ["Scope", "TaskScope", "fill", "fill_constant", "fill_value", "fill_words", "has_placeholder"]

_PLACEHOLDER = re.compile(r"\{\{\$(?P<path>[^{}]*)\}\}")
_STEP = re.compile(r"""\.(?P<name>\w+)|\['(?P<single>[^']*)'\]|\["(?P<double>[^"]*)"\]|\[(?P<index>[0-9]{1,9})\]""")
_MAX_ESCAPES = 4
"""Each level may double the text."""

_Step = str | int


class _UnknownError(Exception):
    """A placeholder that is left as it is; raised and caught here only."""


def fill(text: str, scope: Known) -> str:
    """A text with what its placeholders stand for, as text."""

    def meant(match: re.Match[str]) -> str:
        try:
            return as_text(_value(match["path"], scope))
        except _UnknownError:
            return match.group()

    return _PLACEHOLDER.sub(meant, text) if "{{$" in text else text


def fill_value(value: Value, scope: Known) -> Value:
    """A constant with its placeholders filled, in lists and structs too. A text that is exactly one placeholder takes
    the value with its type."""
    match value:
        case str():
            return _filled_text(value, scope)
        case list():
            return [fill_value(each, scope) for each in cast("list[Value]", value)]
        case dict():
            entries = cast("dict[str, Value]", value)
            return {fill(key, scope): fill_value(each, scope) for key, each in entries.items()}
        case _:
            return with_whole_numbers(value)


def fill_constant(value: Value, inputs: Mapping[str, Value], names: Mapping[str, str] | None = None) -> Value:
    """`fill_value` for a task that has inputs only, and the names of its run where they are known."""
    return fill_value(value, Scope(inputs, names or {}))


def fill_words(words: Sequence[str], scope: Known) -> list[str]:
    """A command or its arguments: as `fill`, with `Concat` and `IfPresent`, which may make none or many of one."""
    filled: list[str] = []
    for word in words:
        structure = _structure(word)
        filled += [fill(word, scope)] if structure is None else _filled_structure(structure, scope)
    return filled


def has_placeholder(value: Value) -> bool:
    """Whether there is something to fill anywhere in a value."""
    match value:
        case str():
            return "{{$" in value
        case list():
            return any(has_placeholder(each) for each in cast("list[Value]", value))
        case dict():
            entries = cast("dict[str, Value]", value)
            return any(has_placeholder(key) or has_placeholder(each) for key, each in entries.items())
        case _:
            return False


def _filled_text(text: str, scope: Known) -> Value:
    match = _PLACEHOLDER.fullmatch(text)
    if match is None:
        return fill(text, scope)
    try:
        return _value(match["path"], scope)
    except _UnknownError:
        return text


# What a placeholder stands for ---------------------------------------------------------------------------------------


def _value(path: str, scope: Known) -> Value:
    match _steps(path):
        case []:
            return _executor_input(scope)
        case ["json_escape", int(times)] if times <= _MAX_ESCAPES:
            return _escaped(_executor_input(scope), times)
        case ["inputs", "parameters", str(name), *rest] if name in scope.parameters:
            return _part(scope.parameters[name], rest)
        case ["inputs" | "outputs" as side, "artifacts", str(name), *rest]:
            return _of_artifacts(_part(scope.executor_input, [side, "artifacts", name, "artifacts"]), rest)
        case ["outputs", "parameters", str(name), "output_file"]:
            return _part(scope.executor_input, ["outputs", "parameters", name, "outputFile"])
        case ["outputs", "output_file" | "output_metadata_uri"] | ["outputMetadataUri"]:
            return _part(scope.executor_input, ["outputs", "outputFile"])
        case [str(name)] if name in (names := scope.names):
            return names[name]
        case _:
            raise _UnknownError


def _steps(path: str) -> list[_Step]:
    steps: list[_Step] = []
    at = 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            raise _UnknownError
        index = match["index"]
        steps.append(int(index) if index else next(each for each in match.groups() if each is not None))
        at = match.end()
    return steps


def _executor_input(scope: Known) -> str:
    if not scope.executor_input:
        raise _UnknownError
    return as_json(scope.executor_input)


def _part(value: Value, steps: Sequence[_Step]) -> Value:
    for step in steps:
        match value:
            case dict() if step in value:
                value = cast("dict[_Step, Value]", value)[step]
            case list() if isinstance(step, int) and step < len(cast("list[Value]", value)):
                value = cast("list[Value]", value)[step]
            case _:
                raise _UnknownError
    return value


def _of_artifacts(artifacts: Sequence[Mapping[str, Any]], steps: Sequence[_Step]) -> Value:
    """Something of the first of them, or of the one whose number is given; without steps, all as JSON."""
    if not steps:
        return as_json(artifacts)
    first, *rest = steps
    index, rest = (first, rest) if isinstance(first, int) else (0, list(steps))
    if index >= len(artifacts) or not rest:
        raise _UnknownError
    artifact = artifacts[index]
    match rest:
        case ["path"]:
            return path_of(artifact)
        case ["uri" | "name" as wanted]:
            return _part(artifact, [wanted])
        case ["metadata", *deeper]:
            return _part(with_whole_numbers(artifact.get("metadata", {})), deeper)
        case _:
            raise _UnknownError


def _escaped(text: str, times: int) -> str:
    for _ in range(times):
        text = msgspec.json.encode(text).decode()[1:-1]
    return text


# Concat and IfPresent ------------------------------------------------------------------------------------------------


def _structure(word: str) -> Any:
    """The structure that kfp writes as one text; None for any other text."""
    if not word.startswith(('{"Concat"', '{"IfPresent"')):
        return None
    try:
        structure = msgspec.json.decode(word)
    except (msgspec.DecodeError, RecursionError):
        return None
    return structure if _is_well_formed(structure) else None


def _is_well_formed(element: Any) -> bool:
    match element:
        case str():
            return True
        case {"Concat": items, **others} if not others and isinstance(items, list):
            return all(_is_well_formed(item) for item in _branch(items))
        case {"IfPresent": {"InputName": str(), "Then": then, **branches}, **others} if not others:
            parts = [*_branch(then), *_branch(cast("dict[str, Any]", branches).get("Else"))]
            return all(_is_well_formed(item) for item in parts)
        case _:
            return False


def _branch(branch: Any) -> Sequence[Any]:
    if branch is None:
        return ()
    return cast("list[Any]", branch) if isinstance(branch, list) else (branch,)


def _filled_structure(element: Any, scope: Known) -> list[str]:
    match element:
        case {"Concat": items}:
            return ["".join(part for item in _branch(items) for part in _filled_structure(item, scope))]
        case {"IfPresent": {"InputName": str(name), **branches}}:
            chosen = cast("dict[str, Any]", branches).get("Then" if _is_present(name, scope) else "Else")
            return [part for item in _branch(chosen) for part in _filled_structure(item, scope)]
        case _:
            return [fill(str(element), scope)]


def _is_present(name: str, scope: Known) -> bool:
    """Whether an input has a value."""
    if scope.parameters.get(name) is not None:
        return True
    try:
        return bool(_part(scope.executor_input, ["inputs", "artifacts", name, "artifacts"]))
    except _UnknownError:
        return False
