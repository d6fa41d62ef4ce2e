"""Filters, orders and timestamps of Kubeflow's lists, into our words."""

import json
from typing import Any
from urllib.parse import quote_plus

import pytest

from tidemill.core.identity import Scope, Subject
from tidemill.kit.errors import InvalidError
from tidemill.pipelines import Operation, Predicate
from tidemill.protocols.kfp.filters import predicates_of
from tidemill.protocols.kfp.messages import ListQuery, check_namespace, listing_of
from tidemill.protocols.kfp.timestamps import milliseconds, timestamp


def only(**predicate: Any) -> Predicate:
    (found,) = predicates_of(json.dumps({"predicates": [predicate]}))
    return found


@pytest.mark.parametrize(
    ("sent", "values"),
    [
        ({"string_value": "x"}, ("x",)),
        ({"stringValue": ""}, ("",)),
        ({"int_value": 0}, (0,)),
        ({"longValue": "9007199254740993"}, (9007199254740993,)),
        ({"timestamp_value": "1970-01-01T00:00:01.5Z"}, (1500,)),
        ({"timestampValue": "1970-01-01T01:00:00+01:00"}, (0,)),
        ({"string_values": {"values": ["a", "b"]}}, ("a", "b")),
        ({"longValues": {"values": ["1", 2]}}, (1, 2)),
        ({"int_values": {}}, ()),
    ],
)
def test_a_value_is_read_in_every_form(sent: dict[str, Any], values: tuple[Any, ...]) -> None:
    assert only(key="k", operation="IN", **sent) == Predicate("k", Operation.IN, values)


def test_an_operation_comes_by_name_and_by_number() -> None:
    by_number = {1: "EQUALS", 2: "NOT_EQUALS", 3: "GREATER_THAN", 5: "GREATER_THAN_EQUALS", 6: "LESS_THAN"}
    for number, name in (by_number | {7: "LESS_THAN_EQUALS", 8: "IN", 9: "IS_SUBSTRING"}).items():
        for operation in (number, name):
            assert only(key="k", operation=operation, string_value="x").operation == name


def test_a_filter_may_be_url_encoded_once_more() -> None:
    text = json.dumps({"predicates": [{"key": "k", "operation": "EQUALS", "string_value": "a + b%"}]})
    assert predicates_of(quote_plus(text)) == predicates_of(text)


@pytest.mark.parametrize("text", ["", "  ", "{}", '{"predicates": null}', '{"predicates": []}'])
def test_nothing_asked_is_no_predicate(text: str) -> None:
    assert predicates_of(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "[]",
        '{"predicates": {}}',
        '{"predicates": [{"key": "k", "operation": "EQUALS"}]}',
        '{"predicates": [{"key": "k", "operation": 4, "string_value": "x"}]}',
        '{"predicates": [{"key": "k", "operation": "IN", "long_value": 9223372036854775808}]}',
        '{"predicates": [{"key": "k", "operation": "EQUALS", "timestamp_value": "yesterday"}]}',
        '{"predicates": [{"key": "k", "operation": "EQUALS", "string_value": "\ud800"}]}',
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        predicates_of(text)


@pytest.mark.parametrize(
    ("text", "wanted"), [("", ("", False)), ("a", ("a", False)), ("a asc", ("a", False)), (" a  desc ", ("a", True))]
)
def test_an_order_is_a_field_and_a_direction(text: str, wanted: tuple[str, bool]) -> None:
    listing = listing_of(ListQuery(sort_by=text))
    assert (listing.sort_by, listing.descending) == wanted


@pytest.mark.parametrize("text", ["a b", "a desc b", "a,b desc c"])
def test_what_is_no_order_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        listing_of(ListQuery(sort_by=text))


def test_a_namespace_is_the_workspace_of_the_request() -> None:
    scope = Scope(1, "mine", Subject("me"))
    check_namespace(scope, "")
    check_namespace(scope, "mine")
    with pytest.raises(InvalidError, match="'theirs'"):
        check_namespace(scope, "theirs")


@pytest.mark.parametrize(("ms", "text"), [(0, "1970-01-01T00:00:00Z"), (1_500, "1970-01-01T00:00:01.500Z")])
def test_a_timestamp_is_rfc_3339_and_reads_back(ms: int, text: str) -> None:
    assert timestamp(ms) == text
    assert milliseconds(text) == ms
