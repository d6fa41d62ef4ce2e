"""Filters of lists: JSON text of Kubeflow's `Filter`, into predicates."""

from typing import Annotated
from urllib.parse import unquote_plus

import msgspec

from tidemill.kit.errors import InvalidError
from tidemill.pipelines import Operation, Predicate
from tidemill.protocols.kfp.form import KFP
from tidemill.protocols.kfp.timestamps import milliseconds

Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]

# By the numbers of the proto too, which the client sends; it has no 4.
_BY_NUMBER = {
    1: Operation.EQUALS,
    2: Operation.NOT_EQUALS,
    3: Operation.GREATER_THAN,
    5: Operation.GREATER_THAN_EQUALS,
    6: Operation.LESS_THAN,
    7: Operation.LESS_THAN_EQUALS,
    8: Operation.IN,
    9: Operation.IS_SUBSTRING,
}
_OPERATIONS = {operation.value: operation for operation in Operation} | {
    str(number): operation for number, operation in _BY_NUMBER.items()
}


class Numbers(msgspec.Struct):
    values: list[Int64] = []


class Texts(msgspec.Struct):
    values: list[str] = []


class WirePredicate(msgspec.Struct):
    """A predicate: one of its values is given."""

    operation: str | int = ""
    key: str = ""
    int_value: Int64 | None = None
    long_value: Int64 | None = None
    string_value: str | None = None
    timestamp_value: str | None = None
    int_values: Numbers | None = None
    long_values: Numbers | None = None
    string_values: Texts | None = None

    def values(self) -> tuple[str | int, ...] | None:
        """All values that it compares with; None where none is given."""
        if self.timestamp_value is not None:
            return (milliseconds(self.timestamp_value),)
        for one in (self.string_value, self.int_value, self.long_value):
            if one is not None:
                return (one,)
        for several in (self.string_values, self.int_values, self.long_values):
            if several is not None:
                return tuple(several.values)
        return None


class WireFilter(msgspec.Struct):
    predicates: list[WirePredicate] = []


def predicates_of(text: str) -> tuple[Predicate, ...]:
    """The predicates of a filter, of which all must hold. Raises InvalidError.

    Kubeflow's server reads the text of the query as URL-encoded once more, and some clients rely on it.
    """
    if not text.strip():
        return ()
    plain = text if text.lstrip().startswith("{") else unquote_plus(text)
    try:
        wire = KFP.decode(WireFilter, plain.encode(), {})
    except (InvalidError, UnicodeEncodeError) as error:
        raise InvalidError(
            f"filter: this is no filter: {error}",
            hint='such as {"predicates": [{"operation": "EQUALS", "key": "display_name", "string_value": "x"}]}',
        ) from error
    return tuple(_predicate(each) for each in wire.predicates)


def _predicate(wire: WirePredicate) -> Predicate:
    operation = _OPERATIONS.get(str(wire.operation))
    if operation is None:
        raise InvalidError(
            f"filter: {str(wire.operation)[:50]!r} is no operation", hint=f"one of {', '.join(Operation)}"
        )
    values = wire.values()
    if values is None:
        raise InvalidError(
            f"filter: {wire.key[:100]!r} is compared with nothing",
            hint="give a string_value, int_value, long_value or timestamp_value, or string_values for IN",
        )
    return Predicate(wire.key, operation, values)
