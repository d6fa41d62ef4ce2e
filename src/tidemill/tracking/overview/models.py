"""Words of overviews."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from tidemill.tracking.experiments.models import Experiment, View
from tidemill.tracking.runs.models import Run


class Sort(StrEnum):
    """What a list of experiments is sorted by."""

    UPDATED = "updated"
    CREATED = "created"
    NAME = "name"
    RUNS = "runs"


class RunCounts(NamedTuple):
    """How many active runs an experiment has, and when the last of them started."""

    total: int
    running: int
    failed: int
    last_run_ms: int | None


class BestRun(NamedTuple):
    """The run of an experiment that stands first by its telling metric's latest values."""

    metric: str
    lowest: bool
    value: float
    run_uuid: str
    run_name: str


@dataclass(frozen=True, slots=True)
class ExperimentSummary:
    """An experiment with how its runs fare; `best` only where it was asked for and there is one."""

    experiment: Experiment
    counts: RunCounts
    best: BestRun | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which experiments a list shows, and how."""

    view: View = View.ACTIVE_ONLY
    search: str = ""
    sort: Sort = Sort.UPDATED
    descending: bool = True
    offset: int = 0
    limit: int = 100


class KeyCount(NamedTuple):
    """A key that runs of an experiment have, how many of them have it, and whether its texts differ at all."""

    key: str
    runs: int
    varies: bool


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a kind that most runs have, and how many keys there are in all."""

    first: Sequence[KeyCount]
    total: int


@dataclass(frozen=True, slots=True)
class Fields:
    """What the runs of an experiment can be shown, sorted and filtered by; `nested` where some run has a parent."""

    metrics: Keys
    params: Keys
    tags: Keys
    nested: bool


@dataclass(frozen=True, slots=True)
class Relative:
    """A run as its relatives' pages name it."""

    uuid: str
    name: str
    status: str
    start_ms: int | None


@dataclass(frozen=True, slots=True)
class Family:
    """The parent, the first children in order of start, and how many children there are."""

    parent: Relative | None
    children: list[Relative]
    children_total: int


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A logged model as a run's page names it."""

    uuid: str
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class RunDetails:
    run: Run
    experiment_name: str
    family: Family
    models: list[ModelLine]
