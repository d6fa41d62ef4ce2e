"""What a rule may require, and whether a version meets it. Pure.

signature                    the model file says what goes in and comes out
input_example                an example of an input lies beside the model
safe_format                  loading the files runs no code of theirs: no pickle, no code
description                  the version, or its model, has a description or a card
metrics.accuracy >= 0.9      the latest value, of the logged model before that of its run; also > <= < = !=
tags.reviewed = yes          a tag of the version has this value; also !=
check.latency                a check that somebody reports, such as CI, is green
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne

from tidemill.kit.errors import InvalidError
from tidemill.registry.approval.models import Evidence, Outcome, Rule, Verdict
from tidemill.registry.catalog.models import Stage

MOST_NAMES = 50
MOST_REQUIREMENTS = 50
LONGEST_NAME = 256
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    ">=": ge,
    "<=": le,
    "!=": ne,
    "==": eq,
    "=": eq,
    ">": gt,
    "<": lt,
}
_COMPARISON = re.compile(r"(?P<kind>metrics|tags)\.(?P<key>.+?)\s*(?P<sign>>=|<=|!=|==|=|>|<)\s*(?P<value>.+)")
_CHECK = re.compile(r"check\.(?P<name>[A-Za-z0-9][A-Za-z0-9 ._/-]{0,99})")
_SOURCES = "signature, input_example, safe_format, description, metrics.NAME >= NUMBER, tags.NAME = TEXT, check.NAME"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement that was read; `found` says what a version has instead of being green."""

    text: str
    judge: Callable[[Evidence], Verdict]


def checked(rule: Rule) -> Rule:
    """The rule, with each name and requirement once and as it is written. Raises InvalidError for what is none."""
    aliases, promoters = _names(rule.aliases, "aliases"), _names(rule.promoters, "promoters")
    stages = [_stage(each) for each in dict.fromkeys(rule.stages)]
    if len(rule.required) > MOST_REQUIREMENTS:
        raise InvalidError(
            f"a rule requires {MOST_REQUIREMENTS} things at most", hint="let one check stand for several"
        )
    if not aliases and not stages:
        raise InvalidError("the rule guards nothing", hint="name an alias, such as champion, or a stage: Production")
    required = list(dict.fromkeys(read(each).text for each in rule.required))
    return Rule(aliases, stages, promoters, required)


def read(text: str) -> Requirement:
    """A requirement from its text. Raises InvalidError for what is none."""
    text = " ".join(text.split())
    if len(text) > LONGEST_NAME:
        raise InvalidError(f"a requirement has {LONGEST_NAME} characters at most: {text[:40]!r}...")
    if text in _PLAIN:
        return Requirement(text, _PLAIN[text])
    if (check := _CHECK.fullmatch(text)) is not None:
        return Requirement(text, lambda evidence: _reported(text, check["name"], evidence))
    if (found := _COMPARISON.fullmatch(text)) is not None:
        key, sign, value = _bare(found["key"]), found["sign"], found["value"]
        if found["kind"] == "metrics":
            threshold = _number(text, value)
            return Requirement(text, lambda evidence: _measured(text, key, (sign, threshold), evidence))
        if sign in ("=", "==", "!="):
            return Requirement(text, lambda evidence: _tagged(text, key, (sign, _bare(value)), evidence))
    raise InvalidError(f"{text[:100]!r} is no requirement", hint=f"one of: {_SOURCES}")


def judged(rule: Rule, evidence: Evidence) -> Sequence[Verdict]:
    """What a version is found to be, requirement by requirement."""
    return [read(text).judge(evidence) for text in rule.required]


def _measured(text: str, key: str, wanted: tuple[str, float], evidence: Evidence) -> Verdict:
    sign, threshold = wanted
    value = evidence.metrics.get(key)
    if value is None:
        return Verdict(text, is_green=False, reason=f"no metric {key!r} was logged")
    return Verdict(text, is_green=_COMPARED[sign](value, threshold), reason=f"{key} is {value:g}")


def _tagged(text: str, key: str, wanted: tuple[str, str], evidence: Evidence) -> Verdict:
    sign, value = wanted
    found = evidence.tags.get(key)
    is_green = (found == value) is (sign != "!=")
    return Verdict(text, is_green=is_green, reason="the tag is not set" if found is None else f"{key} is {found[:100]}")


def _reported(text: str, name: str, evidence: Evidence) -> Verdict:
    report = evidence.reports.get(name)
    if report is None:
        return Verdict(text, is_green=False, reason="nobody has reported it yet")
    reason = report.message or f"reported {report.outcome} by {report.reported_by}"
    return Verdict(text, is_green=report.outcome is Outcome.GREEN, reason=reason, link=report.link)


def _file_fact(text: str, fact: Callable[[Evidence], bool | None], yes: str, no: str) -> Callable[[Evidence], Verdict]:
    def judge(evidence: Evidence) -> Verdict:
        found = fact(evidence)
        reason = evidence.unknown if found is None else (yes if found else no)
        return Verdict(text, is_green=bool(found), reason=reason)

    return judge


def _described(evidence: Evidence) -> Verdict:
    reason = "is there" if evidence.is_described else "neither the version nor its model has a description or a card"
    return Verdict("description", is_green=evidence.is_described, reason=reason)


_PLAIN: Mapping[str, Callable[[Evidence], Verdict]] = {
    "signature": _file_fact(
        "signature", lambda evidence: evidence.has_signature, "is there", "the model file has no signature"
    ),
    "input_example": _file_fact(
        "input_example", lambda evidence: evidence.has_input_example, "is there", "the model has no input example"
    ),
    "safe_format": _file_fact(
        "safe_format",
        lambda evidence: evidence.is_safe,
        "loading it runs no code of its files",
        "loading it runs code of its files: it is pickled, or code itself",
    ),
    "description": _described,
}


def _number(text: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InvalidError(f"{text[:100]!r} compares a metric with what is no number", hint="metrics.accuracy >= 0.9")
    return number


def _bare(word: str) -> str:
    """A name or value without the quotes that filters have around such."""
    word = word.strip()
    is_quoted = len(word) > 1 and word[0] == word[-1] and word[0] in "'\"`"
    return word[1:-1] if is_quoted else word


def _stage(text: str) -> str:
    """A stage as it is written."""
    known = {stage.lower(): stage.value for stage in Stage if stage is not Stage.NONE}
    if text.lower() not in known:
        raise InvalidError(
            f"{text[:40]!r} is no stage that can be guarded", hint=f"one of: {', '.join(known.values())}"
        )
    return known[text.lower()]


def _names(names: Sequence[str], what: str) -> list[str]:
    """Names, each once."""
    found = list(dict.fromkeys(name.strip() for name in names))
    if len(found) > MOST_NAMES or any(not name or len(name) > LONGEST_NAME for name in found):
        raise InvalidError(
            f"a rule has {MOST_NAMES} {what} at most, each of 1 to {LONGEST_NAME} characters", hint="name fewer"
        )
    return found
