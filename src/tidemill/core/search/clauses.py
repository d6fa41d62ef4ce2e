"""What a parsed search says: clauses that all must hold, and keys to order by."""

from dataclasses import dataclass
from enum import Enum, StrEnum


class Entity(StrEnum):
    """What a clause or an order key is about."""

    METRIC = "metric"
    PARAM = "parameter"
    TAG = "tag"
    ATTRIBUTE = "attribute"
    DATASET = "dataset"


class Comparator(StrEnum):
    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    LIKE = "LIKE"
    ILIKE = "ILIKE"
    IN = "IN"
    NOT_IN = "NOT IN"
    IS_NULL = "IS NULL"
    IS_NOT_NULL = "IS NOT NULL"


EQUALITY = frozenset({Comparator.EQ, Comparator.NE})
NUMERIC = EQUALITY | {Comparator.LT, Comparator.LE, Comparator.GT, Comparator.GE}
PATTERN = frozenset({Comparator.LIKE, Comparator.ILIKE})
MEMBERSHIP = frozenset({Comparator.IN, Comparator.NOT_IN})
PRESENCE = frozenset({Comparator.IS_NULL, Comparator.IS_NOT_NULL})
STRING = EQUALITY | PATTERN
KEYED_STRING = STRING | PRESENCE
LISTED_STRING = STRING | MEMBERSHIP

Value = float | int | str | tuple[str | int, ...] | None


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison.

    `value` is a number for metrics and numeric attributes, a tuple for IN and NOT IN (and of numbers for
    ids of experiments), None for IS (NOT) NULL and text elsewhere.
    """

    entity: Entity
    key: str
    comparator: Comparator
    value: Value


class Aggregate(Enum):
    """Which number of a metric's history it is ordered by. MLflow only knows the last."""

    LAST = "value"
    MIN = "min_value"
    MAX = "max_value"


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of an order; `dataset` narrows the metric of a logged model to (name, digest), digest None for any."""

    entity: Entity
    key: str
    descending: bool = False
    aggregate: Aggregate = Aggregate.LAST
    dataset: tuple[str, str | None] | None = None
