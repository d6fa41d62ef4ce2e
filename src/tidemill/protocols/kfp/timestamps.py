"""Instants on the wire: RFC 3339 in UTC, as protobuf's JSON writes a Timestamp."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from tidemill.kit.errors import InvalidError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def timestamp(ms: int) -> str:
    """Milliseconds since 1970 as text: `2026-01-31T12:00:00.250Z`, whole seconds without a fraction."""
    seconds, rest = divmod(ms, 1000)
    moment = _second(seconds)
    return f"{moment}.{rest:03}Z" if rest else f"{moment}Z"


@lru_cache(1024)
def _second(seconds: int) -> str:
    """What many instants of one run have in common."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]


def timestamp_or_none(ms: int | None) -> str | None:
    """The same, of what may not have come yet."""
    return None if ms is None else timestamp(ms)


def milliseconds(text: str) -> int:
    """Milliseconds since 1970 of an instant; one without an offset is UTC. Raises InvalidError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidError(f"{text[:100]!r} is no timestamp", hint="write it as 2026-01-31T12:00:00Z") from None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)
