"""Whatever text comes, a parser answers with clauses or InvalidError, and soon."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tidemill.core.search import MAX_LENGTH
from tidemill.kit.errors import InvalidError
from tidemill.tracking.search import (
    ModelOrder,
    parse_experiment_filter,
    parse_experiment_order,
    parse_model_filter,
    parse_model_order,
    parse_run_filter,
    parse_run_order,
)

PARSERS: dict[str, Callable[[str], object]] = {
    "run filter": parse_run_filter,
    "run order": lambda text: parse_run_order([text]),
    "experiment filter": parse_experiment_filter,
    "experiment order": lambda text: parse_experiment_order([text]),
    "model filter": parse_model_filter,
    "model order": lambda text: parse_model_order([ModelOrder(text)]),
}
PIECES = (
    *(
        "metrics",
        "params",
        "tags",
        "attributes",
        "dataset",
        "m",
        "name",
        "run_id",
        "experiment_id",
        "status",
        "created",
    ),
    *(".", "`", "'", '"', "''", "\\", "(", ")", ",", ";", " ", "\n", "-", "/", "--", "/*", "#", "%", "_"),
    *(
        "=",
        "!=",
        "<",
        "<=",
        ">",
        "==",
        "~",
        "1",
        "-1",
        ".5",
        "1e9",
        "1e999",
        "0x1",
        "²",
        "٣",
        "'v'",
        '"v"',
        "('a', 'b')",
    ),
    *("AND", "and", "OR", "NOT", "LIKE", "ILIKE", "IN", "IS", "NULL", "ASC", "DESC", "\0", "\ud800", "日"),
)
texts = st.text() | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
spaced = st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)


@pytest.mark.parametrize("parse", PARSERS.values(), ids=PARSERS)
@given(text=texts | spaced)
@example(text="metrics.m > ²")
@example(text="created > ٣")
@example(text="experiment_id = '²'")
@example(text="experiment_id = '-'")
def test_any_text_is_understood_or_refused(parse: Callable[[str], object], text: str) -> None:
    with suppress(InvalidError):
        parse(text)


HOSTILE: dict[str, str] = {
    "open parentheses": "(",
    "closed parentheses": ")",
    "pairs of parentheses": "()",
    "nested lists": "((('a'",
    "single quotes": "'",
    "escaped quotes": "\\'",
    "three kinds of quotes": "'\"`",
    "doubled quotes": "''\"\"",
    "comments": "/*",
    "dashes": "-",
    "dots": ".",
    "digits": "1",
    "exponents": "1e",
    "dotted names": "a.",
    "names": "a",
    "sums": "a-",
    "operators": "<",
    "keywords": "AND ",
    "nots": "NOT ",
    "clauses": "a.b = 'c' ",
    "semicolons": "a;",
    "spaces": " ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("opening", ["", "run_id IN ", "run_id IN (", "'", '"', "`", "metrics."])
def test_hostile_text_of_the_greatest_length_is_refused_soon(piece: str, opening: str) -> None:
    text = (opening + piece * MAX_LENGTH)[:MAX_LENGTH]
    began = time.process_time()
    with pytest.raises(InvalidError) as refusal:
        parse_run_filter(text)
    assert time.process_time() - began < 3
    assert len(refusal.value.message) < 10_000
