"""Words of the pages that show models and versions; they are what the native API answers with."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from tidemill.registry.approval.models import KeptRule, Report, Verdict
from tidemill.registry.facts.models import ModelFacts


class ModelSort(StrEnum):
    """What a list of models is sorted by."""

    NAME = "name"
    CREATED = "created"
    UPDATED = "updated"
    VERSIONS = "versions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which models a list shows, and how. `search` is in the name or the description; `tag` is `key` or `key=value`."""

    prompts: bool = False
    search: str = ""
    owner: str = ""
    tag: str = ""
    alias: str = ""
    stage: str = ""
    sort: ModelSort = ModelSort.UPDATED
    descending: bool = True
    offset: int = 0
    limit: int = 100


class ModelRow(msgspec.Struct):
    """A registered model, or prompt, as a list shows it."""

    name: str
    kind: str
    """model or prompt."""
    description: str
    owner: str
    state: str
    """LIVE or ARCHIVED."""
    latest_version: int
    """The greatest number that there is; 0 without versions."""
    latest_ms: int | None
    """When that version was made."""
    version_count: int
    stages: Mapping[str, int]
    """How many versions are in each stage but None."""
    aliases: Mapping[str, int]
    tags: Mapping[str, str]
    is_guarded: bool
    """Whether a rule says who may promote its versions."""
    created_ms: int
    updated_ms: int


class ModelDetail(msgspec.Struct):
    """A model with its card and its rule."""

    model: ModelRow
    card: str
    rule: KeptRule | None


class VersionRow(msgspec.Struct):
    """A version as a list shows it."""

    name: str
    version: int
    aliases: list[str]
    stage: str
    state: str
    status: str
    status_message: str
    description: str
    tags: Mapping[str, str]
    user: str
    source: str
    run_id: str
    run_link: str
    logged_model_id: str
    created_ms: int
    updated_ms: int


class RunBrief(msgspec.Struct):
    """A run as the pages of others name it."""

    id: str
    name: str
    experiment_id: str
    status: str
    user: str
    start_ms: int | None
    end_ms: int | None
    is_deleted: bool


class ModelMeasure(msgspec.Struct):
    """The latest value of a metric of a logged model; `dataset` is `name@digest`, or empty. None is not a number."""

    key: str
    value: float | None
    step: int
    timestamp_ms: int
    dataset: str
    run_id: str


class LoggedModelBrief(msgspec.Struct):
    """The logged model that a version was made of."""

    id: str
    name: str
    status: str
    model_type: str
    experiment_id: str
    params: Mapping[str, str]
    metrics: list[ModelMeasure]
    tags: Mapping[str, str]


class HistoryLine(msgspec.Struct):
    """A turn of a version: `stage` from `before` to `after`, or `alias`, from the version `before` to `after`."""

    turn: str
    version: int
    alias: str
    before: str
    after: str
    by: str
    at_ms: int


class LineageNode(msgspec.Struct):
    """A thing that something came of, or that came of it. `key` is by what edges name it: `<kind>:<id>`.

    `page` is the address of its page below the workspace's; empty where it has none, or `exists` no more.
    """

    key: str
    kind: str
    id: str
    title: str
    detail: str
    page: str
    state: str
    exists: bool
    depth: int
    """Steps from the start: below 0 what it came of, above 0 what came of it."""


class LineageEdge(msgspec.Struct):
    """`target` came of `source`; both are keys."""

    source: str
    target: str


class LineageGraph(msgspec.Struct):
    """Where a thing came from and what came of it; not `is_whole` where there is more than is shown."""

    start: str
    nodes: list[LineageNode]
    edges: list[LineageEdge]
    is_whole: bool


class VersionDetail(msgspec.Struct):
    """A version with all that is known of it. `run` and `logged_model` are None where it has none, or none any more."""

    version: VersionRow
    model: ModelRow
    card: str
    facts: ModelFacts
    run: RunBrief | None
    logged_model: LoggedModelBrief | None
    params: Mapping[str, str]
    """Of the logged model, without one of the run."""
    metrics: Mapping[str, float | None]
    """The latest values: of the run, and over them those that measured the logged model. None is not a number."""
    rule: KeptRule | None
    checks: list[Verdict]
    """What the rule of its model finds; empty without a rule."""
    reports: list[Report]
    used_by: list[str]
    """Who would lose it if it was deleted, in words."""
    lineage: LineageGraph
    """What it came of and what came of it, with what measured the logged model that it was made of."""
    history: list[HistoryLine]
    """The latest first, a hundred at most."""


class Difference(msgspec.Struct):
    """A value of two versions; None where one has none."""

    key: str
    left: str | None
    right: str | None
    is_same: bool


class FileDifference(msgspec.Struct):
    """A file of two versions: its bytes on either side, None where it is not there."""

    path: str
    left: int | None
    right: int | None
    is_same: bool


class Comparison(msgspec.Struct):
    """Two versions side by side: all their values, with those that differ marked. Metrics are texts too, exact."""

    left: VersionRow
    right: VersionRow
    facts: list[Difference]
    """Format, flavors, versions of MLflow and Python, size, and so on."""
    params: list[Difference]
    metrics: list[Difference]
    tags: list[Difference]
    inputs: list[Difference]
    outputs: list[Difference]
    signature_params: list[Difference]
    requirements: list[Difference]
    """By package: what each side wants of it."""
    files: list[FileDifference]
