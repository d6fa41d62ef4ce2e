"""What MLflow's messages have in common."""

import json
import re
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Protocol

import msgspec

from tidemill.kit.errors import InvalidError
from tidemill.tracking import Param, Tag, View

SEE_DOCS = "See the API docs for more information about request parameters."
_GREATEST_ID = 2**31 - 1
_ID_LENGTH = 100
_RUN_ID = re.compile(r"[a-zA-Z0-9][\w-]{0,255}\n?")


Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
"""What protobuf calls int64."""


class Message(msgspec.Struct):
    """A request. Fields all have defaults; those in `required` must be there and not empty."""

    required: ClassVar[tuple[str, ...]] = ()
    camel_allowed: ClassVar[tuple[str, ...]] = ()
    in_body: ClassVar[tuple[str, ...]] = ()
    """Fields that MLflow wants in the body although the path has them too."""

    @classmethod
    def snake_only(cls) -> tuple[str, ...]:
        """Fields that MLflow takes in snake_case only: the required ones, with few exceptions."""
        return tuple(name for name in cls.required if name not in cls.camel_allowed)

    def check_required(self) -> None:
        """Raise InvalidError for the first required field that is absent or empty."""
        for name in self.required:
            if getattr(self, name) in (None, "", []):
                raise missing(name)


class KeyValue(msgspec.Struct):
    """A tag or param on the wire."""

    key: str = ""
    value: str = ""


def missing(name: str) -> InvalidError:
    """The error for a required field that is not there."""
    return InvalidError(f"Missing value for required parameter '{name}'. {SEE_DOCS}")


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


def check_keyed(items: Sequence[_Keyed], parameter: str) -> None:
    """Each item of a list must have a key."""
    keys = [item.key for item in items]
    if "" in keys:
        raise missing(f"{parameter}[{keys.index('')}].key")


def tags_of(pairs: Sequence[KeyValue], parameter: str = "tags") -> list[Tag]:
    """Tags from the wire, each of which must have a key."""
    check_keyed(pairs, parameter)
    return [Tag(pair.key, pair.value) for pair in pairs]


def params_of(pairs: Sequence[KeyValue]) -> list[Param]:
    """Params from the wire, each of which must have a key."""
    check_keyed(pairs, "params")
    return [Param(pair.key, pair.value) for pair in pairs]


def experiment_number(text: str) -> int:
    """An experiment id as its number. Raises InvalidError for anything else."""
    try:
        # As lenient as MLflow (" 7", "+7"); only so many digits are read, and no id has more.
        number = int(text[:_ID_LENGTH])
    except ValueError:
        raise InvalidError(f"Invalid experiment ID '{text[:100]}'. Experiment ID must be a valid integer.") from None
    return number if abs(number) < _GREATEST_ID else _GREATEST_ID


def check_run_id(text: str) -> None:
    """Refuse what can be no run's id; the endpoints that take many things at once look at it first."""
    if not _RUN_ID.fullmatch(text):
        raise InvalidError(f"Invalid value {json.dumps(text[:300])} for parameter 'run_id' supplied.")


def wrong_type(parameter: str, value: Any, hint: str | None = None) -> InvalidError:
    """The error for a value that its field cannot hold; odd characters are escaped in it, as MLflow does."""
    shown = str(value) if isinstance(value, float) else json.dumps(value)
    return InvalidError(
        f"Invalid value {shown[:200]} for parameter '{parameter}' supplied:  Hint: Value was of type "
        f"'{type(value).__name__}'. {SEE_DOCS}",
        hint=hint,
    )


def wire_number(value: float) -> Any:
    """A double as protobuf's JSON writes it: what is not a number in JSON becomes a string."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return value


_VIEWS = {"": View.ACTIVE_ONLY, "1": View.ACTIVE_ONLY, "2": View.DELETED_ONLY, "3": View.ALL} | {v: v for v in View}


def view_of(sent: str | int, parameter: str) -> View:
    """A ViewType by name or number; active ones only where none is given."""
    if (view := _VIEWS.get(str(sent))) is None:
        raise InvalidError(
            f"Invalid value {str(sent)[:50]!r} for parameter '{parameter}' supplied: it is no view type",
            hint=f"one of {', '.join(View)}",
        )
    return view


def check_limit(limit: int, greatest: int, stop: str = ".") -> None:
    """Refuse a page of nothing, or of too much; MLflow's endpoints differ in the stop of their sentence."""
    if limit <= 0:
        raise InvalidError(f"Invalid value {limit} for parameter 'max_results' supplied. It must be a positive integer")
    if limit > greatest:
        raise InvalidError(
            f"Invalid value {limit} for parameter 'max_results' supplied{stop} It must be at most {greatest}",
            hint="walk the pages with page_token",
        )
