"""Words of experiments."""

from enum import StrEnum

import msgspec


class Stage(StrEnum):
    """Whether a thing is there for daily work, or deleted and restorable."""

    ACTIVE = "active"
    DELETED = "deleted"


class View(StrEnum):
    """Which stages a listing shows."""

    ACTIVE_ONLY = "ACTIVE_ONLY"
    DELETED_ONLY = "DELETED_ONLY"
    ALL = "ALL"

    @property
    def stages(self) -> tuple[Stage, ...]:
        match self:
            case View.ACTIVE_ONLY:
                return (Stage.ACTIVE,)
            case View.DELETED_ONLY:
                return (Stage.DELETED,)
            case View.ALL:
                return (Stage.ACTIVE, Stage.DELETED)


class Tag(msgspec.Struct, frozen=True, gc=False):
    """A key with a value that may be set again."""

    key: str
    value: str


class Experiment(msgspec.Struct, frozen=True):
    """A named group of runs."""

    id: int
    name: str
    artifact_location: str
    stage: Stage
    created_ms: int
    updated_ms: int
    tags: list[Tag]
