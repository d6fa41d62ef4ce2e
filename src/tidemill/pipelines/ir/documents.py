"""YAML and JSON as plain data: what JSON can say, and nothing else.

Read from the parser's events, in one pass without recursion: a document that is too deep, or that its aliases blow up,
is refused before it takes memory. A plain scalar is nothing, true or false, a number as PyYAML writes numbers, or a
text: `2020-01-01`, `yes` and `1e5` are texts, as they were when kfp wrote them without quotes.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import msgspec
import yaml

from tidemill.kit.errors import InvalidError, TooLargeError
from tidemill.pipelines.ir.spec import Value

MAX_DEPTH = 100
"""Of lists and maps in each other."""
MAX_GROWTH = 4
"""How many times its own size a document may become by aliases."""
MAX_DOCUMENTS = 2

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_events: Callable[[str], Iterator[Any]] = partial(cast("Any", yaml).parse, Loader=_LOADER)
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,399})")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?")
_CONSTANTS: Mapping[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TAG = "tag:yaml.org,2002:"


def read_documents(text: str) -> Sequence[Value]:
    """Those that a text holds, empty ones left out; InvalidError with the line where it is neither YAML nor JSON."""
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        try:
            document = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            pass
        else:
            check_plain(document)
            return [document]
    return [document for document in _documents(text) if document is not None]


def check_plain(document: Value) -> None:
    """That a document which comes as data is one that JSON could say, and not too deep."""
    open_: list[tuple[Value, int]] = [(document, 1)]
    while open_:
        value, depth = open_.pop()
        match value:
            case dict():
                entries = cast("dict[object, Value]", value)
                if not all(isinstance(key, str) for key in entries):
                    raise InvalidError("a document has a key that is not a text")
                open_.extend((each, depth + 1) for each in entries.values())
            case list():
                open_.extend((each, depth + 1) for each in cast("list[Value]", value))
            case float() if not math.isfinite(value):
                raise InvalidError(f"a document has {value} in it, which is no number of JSON")
            case None | str() | bool() | int() | float():
                continue
            case _:
                raise InvalidError(f"a document has a value in it that JSON cannot say: {type(value).__name__}")
        if depth > MAX_DEPTH:
            raise _too_deep()


def _too_deep(mark: str = "") -> TooLargeError:
    return TooLargeError(f"{mark}the document is nested deeper than {MAX_DEPTH} levels")


def _documents(text: str) -> Iterator[Value]:
    builder = _Builder(most=MAX_GROWTH * len(text) + 1024)
    count = 0
    try:
        for event in _events(text):
            if isinstance(event, yaml.DocumentEndEvent):
                document = builder.finished()
                count += document is not None
                if count > MAX_DOCUMENTS:
                    raise InvalidError(
                        "a package has two documents at most, the pipeline and what platforms make of it",
                        hint="upload each pipeline by itself",
                    )
                yield document
            else:
                builder.take(event)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidError(
            f"the package is neither YAML nor JSON: {_said(error)}", hint="upload what kfp's compiler writes"
        ) from None


def _said(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"line {mark.line + 1}, column {mark.column + 1}: {said}" if mark is not None else str(said)


@dataclass(slots=True)
class _Open:
    """A list or map that has begun and not ended."""

    value: list[Value] | dict[str, Value]
    cost_before: int
    anchor: str | None
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    """Makes a document of events."""

    most: int
    """What all documents together may cost: one for each value, and the length of each text."""
    _cost: int = 0
    _stack: list[_Open] = field(default_factory=list[_Open])
    _anchors: dict[str, tuple[Value, int]] = field(default_factory=dict[str, tuple[Value, int]])
    _document: Value = None

    def finished(self) -> Value:
        document, self._document = self._document, None
        self._anchors.clear()
        return document

    def take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent():
                self._begin({}, event)
            case yaml.SequenceStartEvent():
                self._begin([], event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end()
            case yaml.AliasEvent():
                self._alias(event)
            case _:
                pass

    def _scalar(self, event: Any) -> None:
        text = str(event.value)
        self._pay(1 + len(text), event)
        if self._awaits_key():
            self._stack[-1].key = self._new_key(text, event)
            return
        value = _scalar(text, event)
        if event.anchor:
            self._anchors[event.anchor] = value, 1 + len(text)
        self._put(value)

    def _begin(self, value: list[Value] | dict[str, Value], event: Any) -> None:
        if self._awaits_key():
            raise InvalidError(f"{_place(event)}a list or a map cannot be a key")
        if event.tag not in {None, "!", _TAG + "map", _TAG + "seq"}:
            raise _unknown_tag(event)
        if len(self._stack) >= MAX_DEPTH:
            raise _too_deep(_place(event))
        self._pay(1, event)
        self._stack.append(_Open(value, self._cost, event.anchor))

    def _end(self) -> None:
        ended = self._stack.pop()
        if ended.anchor:
            self._anchors[ended.anchor] = ended.value, self._cost - ended.cost_before + 1
        self._put(ended.value)

    def _alias(self, event: Any) -> None:
        """What is repeated is paid for again, so that a few lines cannot stand for gigabytes."""
        if event.anchor not in self._anchors:
            raise InvalidError(f"{_place(event)}nothing before is named &{event.anchor}")
        value, cost = self._anchors[event.anchor]
        self._pay(cost, event)
        if self._awaits_key():
            self._stack[-1].key = self._new_key(value, event)
            return
        self._put(value)

    def _awaits_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].value, dict) and self._stack[-1].key is None

    def _new_key(self, key: Value, event: Any) -> str:
        if not isinstance(key, str):
            raise InvalidError(f"{_place(event)}only a text can be a key")
        if key in self._stack[-1].value:
            raise InvalidError(f"{_place(event)}the key {key!r} is there twice")
        return key

    def _put(self, value: Value) -> None:
        if not self._stack:
            self._document = value
            return
        around = self._stack[-1]
        if isinstance(around.value, list):
            around.value.append(value)
        else:
            around.value[cast("str", around.key)] = value
            around.key = None

    def _pay(self, cost: int, event: Any) -> None:
        self._cost += cost
        if self._cost > self.most:
            raise TooLargeError(f"{_place(event)}aliases make the document more than {MAX_GROWTH} times its size")


def _scalar(text: str, event: Any) -> Value:
    if event.tag is None or event.tag == "!":
        return _plain(text) if event.implicit[0] else text
    read = _BY_TAG.get(event.tag)
    if read is None:
        raise _unknown_tag(event)
    try:
        return read(text)
    except (ValueError, KeyError):
        raise InvalidError(f"{_place(event)}{text!r} is not what its tag says") from None


def _plain(text: str) -> Value:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


_BY_TAG: Mapping[str, Callable[[str], Value]] = {
    _TAG + "str": str,
    _TAG + "null": lambda _text: None,
    _TAG + "bool": lambda text: _CONSTANTS[text],
    _TAG + "int": lambda text: int(text) if _INT.fullmatch(text) else int(text, 0),
    _TAG + "float": _finite,
}


def _unknown_tag(event: Any) -> InvalidError:
    return InvalidError(f"{_place(event)}the tag {event.tag} is not of a pipeline", hint="write plain YAML or JSON")


def _place(event: Any) -> str:
    return f"line {event.start_mark.line + 1}: "
