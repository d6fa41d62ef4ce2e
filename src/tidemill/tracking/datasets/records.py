"""Reading the records that a call says: from JSON text to what can be stored, all before any transaction begins."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from tidemill.kit.errors import InvalidError, TooLargeError
from tidemill.tracking.datasets.models import USER_TAG, Content, RecordSource, SourceType, WrittenContent
from tidemill.tracking.datasets.rules import MAX_RECORD_BYTES, MAX_RECORDS, check_count, check_text
from tidemill.tracking.datasets.schema import Schema
from tidemill.tracking.datasets.texts import Object, check_depth, digest_of, read_json, write_json

_MAX_SOURCE_ID_LENGTH = 500
_MAX_USER_LENGTH = 500
_EMPTY = "{}"


@dataclass(frozen=True, slots=True)
class SaidRecord:
    """A record as a call says it; `first` is what is stored where its inputs are new."""

    inputs_digest: str
    inputs: str
    expectations: Object | None
    tags: Object
    says_outputs: bool
    user: str | None
    first: WrittenContent

    def over(self, old: Content) -> WrittenContent:
        """What is stored where it was said before: expectations and tags are merged, the first source stays."""
        said = self.first.content
        if said == old:
            return self.first
        content = Content(
            expectations=_merged(old.expectations, self.expectations),
            tags=_merged(old.tags, self.tags) or old.tags,
            outputs=said.outputs if self.says_outputs else old.outputs,
            source=old.source or said.source,
        )
        return _written(self.inputs_digest, self.inputs, content)


@dataclass(frozen=True, slots=True)
class SaidRecords:
    """All records of a call, in order, and the schema that they have together."""

    records: list[SaidRecord]
    schema: Schema


def read_records(text: str) -> SaidRecords:
    """The records of a JSON text, which must be a list of objects.

    NaN and Infinity are taken, as Python's own JSON has them. Raises InvalidError and TooLargeError.
    """
    try:
        sent, is_plain = read_json(text)
        if not isinstance(sent, list):
            raise _invalid("it is not a list")
        listed = cast("list[Any]", sent)
        check_count("records", len(listed), MAX_RECORDS)
        schema = Schema()
        return SaidRecords(
            [_read(place, record, schema, is_plain=is_plain) for place, record in enumerate(listed)], schema
        )
    except RecursionError:
        raise _invalid("it is nested too deeply") from None
    except ValueError as error:
        raise _invalid(f"it is not JSON: {error}") from error


def _read(place: int, sent: Any, schema: Schema, *, is_plain: bool) -> SaidRecord:
    if not isinstance(sent, dict):
        raise _invalid(f"record {place} is not an object")
    record = cast("Object", sent)
    inputs = _object(place, record, "inputs")
    expectations = _object(place, record, "expectations") if record.get("expectations") is not None else None
    tags = _object(place, record, "tags") if record.get("tags") is not None else {}
    outputs = record.get("outputs", {})
    schema.learn(inputs, expectations, outputs)

    def text_of(value: Any) -> str:
        text = write_json(value, is_plain=is_plain)
        check_depth(value, text)
        return text

    content = Content(
        expectations=None if expectations is None else text_of(expectations),
        tags=text_of(tags),
        outputs=None if outputs is None else text_of(outputs),
        source=_source(place, record.get("source"), text_of),
    )
    digest, text = digest_of(inputs, is_plain=is_plain), text_of(inputs)
    first = _written(digest, text, content)
    return SaidRecord(digest, text, expectations, tags, "outputs" in record, _user(tags), first)


def _object(place: int, record: Object, name: str) -> Object:
    value = record.get(name, {})
    if not isinstance(value, dict):
        raise _invalid(f"the {name} of record {place} are not an object")
    return cast("Object", value)


def _source(place: int, sent: Any, text_of: Callable[[Any], str]) -> RecordSource | None:
    if sent is None or sent == {}:
        return None
    source = cast("Object", sent) if isinstance(sent, dict) else {"source_type": sent}
    kind = source.get("source_type")
    if not isinstance(sent, dict) or not isinstance(kind, str) or kind.upper() not in tuple(SourceType):
        shown = kind if isinstance(kind, str) else text_of(kind)
        raise InvalidError(
            f"Invalid dataset record source type: {shown[:100]}. Valid source types: {', '.join(SourceType)}",
            hint=f'the source of record {place} is like {{"source_type": "HUMAN", "source_data": {{}}}}',
        )
    said: Any = source.get("source_data") or {}
    if not isinstance(said, dict):
        raise _invalid(f"the source_data of record {place} are not an object")
    data = cast("Object", said)
    trace_id = data.get("trace_id") if kind.upper() == SourceType.TRACE else None
    if trace_id is not None:
        trace_id = str(trace_id)
        check_text(trace_id, "trace_id", _MAX_SOURCE_ID_LENGTH)
    return RecordSource(kind.upper(), trace_id, text_of(data))


def _user(tags: Object) -> str | None:
    if (user := tags.get(USER_TAG)) is None:
        return None
    check_text(str(user), USER_TAG, _MAX_USER_LENGTH)
    return str(user)


def _written(inputs_digest: str, inputs: str, content: Content) -> WrittenContent:
    source = content.source
    parts = (content.expectations, content.tags, content.outputs, source and source.type, source and source.data)
    hashed = hashlib.sha256(inputs_digest.encode())
    size = len(inputs.encode())
    for part in parts:
        encoded = b"" if part is None else part.encode()
        size += len(encoded)
        hashed.update(b"\0" if part is None else b"\1" + encoded)
    if size > MAX_RECORD_BYTES:
        raise TooLargeError(
            f"a record has {size} bytes, and may have {MAX_RECORD_BYTES}",
            hint="log what is large as an artifact, and put its address into the record",
        )
    return WrittenContent(content, int.from_bytes(hashed.digest()[:8]) >> 1, size)


def _merged(old: str | None, said: Object | None) -> str | None:
    if not said:
        return old if said is None or old is not None else _EMPTY
    known, _ = read_json(old or _EMPTY)
    return write_json({**known, **said}, is_plain=False)


def _invalid(reason: str) -> InvalidError:
    return InvalidError(
        f"Invalid value for parameter 'records' supplied: {reason}",
        hint='records are the JSON text of a list such as [{"inputs": {"question": "..."}, "expectations": {}}]',
    )
