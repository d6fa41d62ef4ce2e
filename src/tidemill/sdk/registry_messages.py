"""What the SDK sends and reads of registered models: the registry's native API."""

from collections.abc import Mapping
from typing import Any

import msgspec


class Rule(msgspec.Struct):
    """Which aliases and stages are guarded, who may give them, and what must be green for it."""

    aliases: list[str] = []
    stages: list[str] = []
    promoters: list[str] = []
    required: list[str] = []


class KeptRule(msgspec.Struct):
    """A rule as it stands, and since when, by whom."""

    rule: Rule
    updated_by: str
    updated_ms: int


class Model(msgspec.Struct):
    """A registered model, or prompt."""

    name: str
    kind: str
    description: str
    owner: str
    state: str
    latest_version: int
    version_count: int
    stages: Mapping[str, int]
    aliases: Mapping[str, int]
    tags: Mapping[str, str]
    is_guarded: bool
    created_ms: int
    updated_ms: int


class ModelPage(msgspec.Struct):
    """One page of models; `total` counts all pages."""

    total: int
    models: list[Model]


class ModelDetail(msgspec.Struct):
    """A model with its card and its rule."""

    model: Model
    card: str
    rule: KeptRule | None


class Version(msgspec.Struct):
    """A version as lists have it."""

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


class VersionPage(msgspec.Struct):
    """One page of versions, the greatest number first; `total` counts all pages."""

    total: int
    versions: list[Version]


class Flavor(msgspec.Struct):
    name: str
    version: str


class Column(msgspec.Struct):
    """One input, output or parameter with its type."""

    name: str
    type: str
    is_required: bool
    default: str = ""


class Signature(msgspec.Struct):
    inputs: list[Column]
    outputs: list[Column]
    params: list[Column]


class Facts(msgspec.Struct):
    """What the files of a version say; `problem` where nothing can be read."""

    problem: str
    format: str
    unsafe_files: list[str]
    flavors: list[Flavor]
    mlflow_version: str
    python_version: str
    signature: Signature | None
    input_example: str
    requirements: list[str]
    size: int
    file_count: int


class Check(msgspec.Struct):
    """One requirement of a rule, and whether a version meets it."""

    requirement: str
    is_green: bool
    reason: str
    link: str = ""


class Report(msgspec.Struct):
    """A check that ran somewhere else, as it was last reported."""

    name: str
    outcome: str
    message: str
    link: str
    reported_by: str
    reported_ms: int


class LineageNode(msgspec.Struct):
    """A thing that something came of, or that came of it; edges name it by its key."""

    key: str
    kind: str
    id: str
    title: str
    detail: str
    page: str
    state: str
    exists: bool
    depth: int


class LineageEdge(msgspec.Struct):
    source: str
    target: str


class Lineage(msgspec.Struct):
    """Where a thing came from and what came of it."""

    start: str
    nodes: list[LineageNode]
    edges: list[LineageEdge]
    is_whole: bool


class VersionDetail(msgspec.Struct):
    """A version with all that is known of it that the command line shows."""

    version: Version
    model: Model
    card: str
    facts: Facts
    params: Mapping[str, str]
    metrics: Mapping[str, float | None]
    rule: KeptRule | None
    checks: list[Check]
    reports: list[Report]
    used_by: list[str]
    lineage: Lineage
    history: list[Mapping[str, Any]]


class Difference(msgspec.Struct):
    key: str
    left: str | None
    right: str | None
    is_same: bool


class FileDifference(msgspec.Struct):
    path: str
    left: int | None
    right: int | None
    is_same: bool


class Comparison(msgspec.Struct):
    """Two versions side by side: all their values, with those that differ marked."""

    left: Version
    right: Version
    facts: list[Difference]
    params: list[Difference]
    metrics: list[Difference]
    tags: list[Difference]
    inputs: list[Difference]
    outputs: list[Difference]
    signature_params: list[Difference]
    requirements: list[Difference]
    files: list[FileDifference]


class Registration(msgspec.Struct, omit_defaults=True):
    """What is to become the next version of a model."""

    source: str
    run_id: str = ""
    description: str = ""
    tags: Mapping[str, str] = {}


class Promotion(msgspec.Struct, omit_defaults=True):
    """An alias or a stage for a version."""

    alias: str = ""
    stage: str = ""
    archive_existing: bool = False


class NewReport(msgspec.Struct):
    """How a check ended: green or red."""

    outcome: str
    message: str = ""
    link: str = ""
