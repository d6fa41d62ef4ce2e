"""Words of approval."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Rule(msgspec.Struct, frozen=True):
    """Which aliases and stages of a model are guarded, who may give them, and what must be green for it.

    `promoters` are names of subjects; where there are none, whoever may edit may promote. `required` are in the words
    of `rules.py`.
    """

    aliases: list[str] = []
    stages: list[str] = []
    promoters: list[str] = []
    required: list[str] = []


class KeptRule(msgspec.Struct, frozen=True):
    """A rule as it stands, and since when, by whom."""

    rule: Rule
    updated_by: str
    updated_ms: int


class Outcome(StrEnum):
    """What somebody reported of a version."""

    GREEN = "green"
    RED = "red"


class Report(msgspec.Struct, frozen=True):
    """A check that ran somewhere else, such as in CI, as it was last reported."""

    name: str
    outcome: Outcome
    message: str
    link: str
    reported_by: str
    reported_ms: int


class Evidence(msgspec.Struct, frozen=True):
    """What is known of a version when it is judged.

    None stands for what cannot be known, and `unknown` says why: its files lie elsewhere, or are gone.
    """

    is_described: bool
    has_signature: bool | None = None
    has_input_example: bool | None = None
    is_safe: bool | None = None
    unknown: str = ""
    metrics: Mapping[str, float] = {}
    tags: Mapping[str, str] = {}
    reports: Mapping[str, Report] = {}


class Verdict(msgspec.Struct, frozen=True):
    """One requirement of a rule, and whether a version meets it."""

    requirement: str
    is_green: bool
    reason: str
    """What was found, in a few words."""
    link: str = ""
    """Where the one who reported it says more."""
