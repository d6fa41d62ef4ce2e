"""JSON goes through a dataset unchanged, and equal values have one digest however they were written."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tidemill.tracking.datasets.texts import digest_of, read_json, write_json

# Everything that Python's JSON can say, halves of surrogate pairs too.
_texts = st.text(st.characters(exclude_categories=[]), max_size=5)
_leaves = st.none() | st.booleans() | st.integers() | st.floats() | _texts
values = st.recursive(_leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4))
objects = st.dictionaries(_texts, values, max_size=4)


def turned(value: Any) -> Any:
    """The same value with the keys of all its objects in reverse."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(item) for item in value] if isinstance(value, list) else value


@given(values)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    sent, is_plain = read_json(json.dumps(value))
    text = write_json(sent, is_plain=is_plain)
    text.encode()
    assert "\0" not in text
    assert repr(read_json(text)[0]) == repr(value)
    assert repr(json.loads(text)) == repr(value)


@given(objects)
def test_the_order_of_keys_and_the_way_of_writing_do_not_count(value: Any) -> None:
    sent, is_plain = read_json(json.dumps(value))
    other, other_is_plain = read_json(json.dumps(turned(value), ensure_ascii=True, indent=1))
    digest = digest_of(sent, is_plain=is_plain)
    assert digest == digest_of(other, is_plain=other_is_plain)
    assert digest == digest_of(sent, is_plain=False)


@given(objects, objects)
def test_different_values_have_different_digests(one: Any, other: Any) -> None:
    canonical = [json.dumps(value, sort_keys=True) for value in (one, other)]
    digests = [digest_of(value, is_plain=False) for value in (one, other)]
    assert (canonical[0] == canonical[1]) == (digests[0] == digests[1])
