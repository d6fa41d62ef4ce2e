"""Page tokens: what is written is read again, and nothing else is."""

import base64
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidemill.core.search import read_token, write_token
from tidemill.kit.errors import InvalidError

NUMBER_THEN_TEXT = [True, False]
numbers = st.floats(allow_nan=False) | st.integers(-(2**63), 2**63 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
missing = st.tuples(st.sampled_from((1, 2)), st.none())
positions = st.tuples(st.tuples(st.just(0), numbers) | missing, st.tuples(st.just(0), texts) | missing)


def encoded(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@given(position=positions, asked=st.text())
def test_a_position_survives_the_way_to_the_client_and_back(position: Any, asked: str) -> None:
    assert read_token(write_token(position, asked), asked, NUMBER_THEN_TEXT) == position


def test_infinity_survives_too() -> None:
    position = ((0, -math.inf), (0, "x"))
    assert read_token(write_token(position, ""), "", NUMBER_THEN_TEXT) == position


def test_a_token_fits_its_own_search_only() -> None:
    token = write_token(((0, 1.0), (0, "x")), ("runs", "metrics.m > 1"))
    with pytest.raises(InvalidError, match="Invalid page token: it is of another search"):
        read_token(token, ("runs", "metrics.m > 2"), NUMBER_THEN_TEXT)


FINGERPRINT = json.loads(base64.urlsafe_b64decode(write_token(((2, None), (2, None)), "asked")))[0]
GARBAGE: dict[str, str] = {
    "not base64": "garbage!",
    "not base64 but nearly": "AAAAA",
    "not ASCII": "日本",
    "not JSON": base64.b64encode(b"abc").decode(),
    "not UTF-8": base64.b64encode(b"\xff\xfe\xfd").decode(),
    "deeply nested": base64.b64encode(b"[" * 100_000).decode(),
    "a number": encoded(10),
    "an object": encoded({"offset": 10}),
    "an empty list": encoded([]),
    "a list of three": encoded([FINGERPRINT, [], []]),
    "places that are none": encoded([FINGERPRINT, "xy"]),
    "places that are numbers": encoded([FINGERPRINT, [1, 2]]),
    "too few places": encoded([FINGERPRINT, [[0, 1.0]]]),
    "too many places": encoded([FINGERPRINT, [[0, 1.0], [0, "x"], [0, "x"]]]),
    "an unknown rank": encoded([FINGERPRINT, [[3, None], [0, "x"]]]),
    "a negative rank": encoded([FINGERPRINT, [[-1, None], [0, "x"]]]),
    "a rank that is true": encoded([FINGERPRINT, [[True, None], [0, "x"]]]),
    "a text for a number": encoded([FINGERPRINT, [[0, "x"], [0, "x"]]]),
    "a number for a text": encoded([FINGERPRINT, [[0, 1.0], [0, 1.0]]]),
    "a boolean for a number": encoded([FINGERPRINT, [[0, True], [0, "x"]]]),
    "NaN": encoded([FINGERPRINT, [[0, math.nan], [0, "x"]]]),
    "an integer over 64 bits": encoded([FINGERPRINT, [[0, 2**63], [0, "x"]]]),
    "a value where there is none": encoded([FINGERPRINT, [[2, 1.0], [0, "x"]]]),
    "a NUL character": encoded([FINGERPRINT, [[0, 1.0], [0, "\0"]]]),
    "half a surrogate pair": encoded([FINGERPRINT, [[0, 1.0], [0, "\ud800"]]]),
}


@pytest.mark.parametrize("token", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_refused(token: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        read_token(token, "asked", NUMBER_THEN_TEXT)
    assert refusal.value.message.startswith("Invalid page token")
    assert refusal.value.hint


@given(token=st.text() | st.binary().map(lambda data: base64.urlsafe_b64encode(data).decode()))
def test_any_text_is_a_token_or_refused(token: str) -> None:
    with pytest.raises(InvalidError):
        read_token(token, "asked", NUMBER_THEN_TEXT)
