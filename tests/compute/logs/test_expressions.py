"""Expressions find what Python's own do, in time that follows the text and nothing else."""

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidemill.compute.logs.expressions import Matcher, literal_in, parse
from tidemill.kit.errors import InvalidError

_TEXTS = st.text("abcABé €1.-]", max_size=12)
_ATOMS = st.sampled_from(["a", "b", "é", "€", ".", "[ab]", "[^a]", "[]a-c]", r"\d", r"\.", "[A-C]", "1", "^", "$"])


def _combined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    groups = parts.map(lambda part: f"(?:{part})")
    return st.one_of(
        st.lists(parts, min_size=1, max_size=4).map("".join),
        st.lists(parts, min_size=1, max_size=3).map("|".join).map(lambda part: f"({part})"),
        st.tuples(groups, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}", "*?"])).map("".join),
    )


@settings(max_examples=300, deadline=None)
@given(st.recursive(_ATOMS, _combined, max_leaves=8), st.booleans(), st.lists(_TEXTS, min_size=1, max_size=8))
def test_it_matches_where_python_does(pattern: str, any_case: bool, texts: list[str]) -> None:
    matcher = Matcher(parse(pattern, any_case=any_case))
    python = re.compile(pattern, re.IGNORECASE if any_case else 0)
    assert [matcher.matches(text) for text in texts] == [python.search(text) is not None for text in texts]


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|a)*$", "^(a*)*$", "(.*a){12}$", "^a*a*a*a*a*$"])
def test_no_expression_makes_it_slow(pattern: str) -> None:
    matcher = Matcher(parse(pattern))
    begin = time.monotonic()
    assert not matcher.matches("a" * 10_000 + "b")
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        ("error.*time", "error"),
        ("a(bcd)+e", "bcd"),
        ("(abc|d)ef", "ef"),
        ("(abc)*d", "d"),
        ("[aA]B", "ab"),
        (r"\d+", ""),
        ("é", ""),
    ],
)
def test_the_text_is_known_that_every_match_has(pattern: str, literal: str) -> None:
    assert literal_in(parse(pattern)) == literal_in(parse(pattern, any_case=True)) == literal


@pytest.mark.parametrize(
    "pattern",
    [
        *r"( ) [ a** * a{3,2} \1 (?=a) (?i)a \x4 [z-a] [a \b a++ a{1001} (a{100}){100}".split(),
        "\\",
        "(" * 60 + "a" + ")" * 60,
        "a" * 1001,
    ],
)
def test_what_is_none_is_refused_with_a_way_out(pattern: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        Matcher(parse(pattern))
    assert refusal.value.hint


def test_one_that_needs_too_many_states_is_refused_when_a_text_leads_there() -> None:
    matcher, noise = Matcher(parse("(a|b)*a(a|b){200}c")), random.Random(1).choices("ab", k=20_000)  # noqa: S311
    with pytest.raises(InvalidError, match="too complex"):
        matcher.matches("".join(noise))
