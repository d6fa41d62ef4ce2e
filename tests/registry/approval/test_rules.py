"""What a rule may require, and what a version is found to be."""

import pytest

from tidemill.kit.errors import InvalidError
from tidemill.registry.approval.models import Evidence, Outcome, Report, Rule
from tidemill.registry.approval.rules import MOST_REQUIREMENTS, checked, judged, read

GREEN = Report("latency", Outcome.GREEN, "", "", "ci", 1)
RED = Report("latency", Outcome.RED, "p99 is 90 ms", "https://ci.example/7", "ci", 1)
KNOWN = Evidence(
    is_described=True,
    has_signature=True,
    has_input_example=True,
    is_safe=True,
    metrics={"accuracy": 0.9, "val loss": 0.1, "broken": float("nan")},
    tags={"reviewed": "yes"},
    reports={"latency": GREEN},
)
NOTHING = Evidence(is_described=False, unknown="its files lie outside this server: s3://elsewhere")


@pytest.mark.parametrize(
    "text",
    [
        "signature",
        "input_example",
        "safe_format",
        "description",
        "metrics.accuracy >= 0.9",
        "metrics.accuracy>=0.9",
        "metrics.accuracy = 0.9",
        "metrics.accuracy != 1",
        "metrics.`val loss` < 0.2",
        "metrics.val loss <= 1e-1",
        "tags.reviewed = yes",
        "tags.reviewed == 'yes'",
        "tags.reviewed != no",
        "check.latency",
    ],
)
def test_is_green_of_what_has_it_and_red_of_what_has_nothing(text: str) -> None:
    assert read(text).judge(KNOWN).is_green
    missing = read(text).judge(NOTHING)
    assert missing.is_green == (text == "tags.reviewed != no")
    assert missing.reason


@pytest.mark.parametrize("text", ["metrics.accuracy > 0.9", "metrics.broken >= 0", "metrics.broken <= 0"])
def test_a_metric_that_does_not_reach_it_or_is_no_number_is_red(text: str) -> None:
    assert not read(text).judge(KNOWN).is_green


def test_what_cannot_be_known_says_why() -> None:
    assert "s3://elsewhere" in read("signature").judge(NOTHING).reason


def test_a_report_says_what_was_found_and_where_there_is_more() -> None:
    verdict = read("check.latency").judge(Evidence(is_described=False, reports={"latency": RED}))
    assert (verdict.is_green, verdict.reason, verdict.link) == (False, "p99 is 90 ms", "https://ci.example/7")


def test_a_rule_is_judged_in_its_order() -> None:
    verdicts = judged(Rule(["champion"], required=["description", "check.other", "signature"]), KNOWN)
    assert [(each.requirement, each.is_green) for each in verdicts] == [
        ("description", True),
        ("check.other", False),
        ("signature", True),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "accuracy > 0.9",
        "metrics.accuracy",
        "metrics.accuracy >= high",
        "metrics.accuracy >= nan",
        "metrics.accuracy >= inf",
        "tags.reviewed > yes",
        "check.",
        "check.../../etc",
        "params.depth = 3",
        "x" * 300,
    ],
)
def test_what_is_no_requirement_is_refused_with_what_there_is(text: str) -> None:
    with pytest.raises(InvalidError):
        read(text)


def test_names_are_kept_once_and_stages_as_they_are_written() -> None:
    rule = checked(Rule(["champion", "champion"], ["production"], ["ada"], ["signature", " signature "]))
    assert rule == Rule(["champion"], ["Production"], ["ada"], ["signature"])


@pytest.mark.parametrize(
    "rule",
    [
        Rule(),
        Rule(required=["signature"]),
        Rule(stages=["None"]),
        Rule(stages=["Live"]),
        Rule(aliases=[""]),
        Rule(aliases=["x" * 300]),
        Rule(aliases=[str(number) for number in range(60)]),
        Rule(["champion"], required=[f"check.{number}" for number in range(MOST_REQUIREMENTS + 1)]),
    ],
)
def test_what_is_no_rule_is_refused(rule: Rule) -> None:
    with pytest.raises(InvalidError):
        checked(rule)
