"""Searching datasets: the order is whole on either database, and pages neither repeat nor hide anything."""

import pytest

from tests.tracking.datasets.library import Library
from tidemill.kit.errors import InvalidError
from tidemill.tracking import Tag

NAMES = ["b", "A", "a", "é", "B", "a", "_", "a%"]


@pytest.fixture
def shelf(library: Library) -> Library:
    """Datasets of these names, made two in each millisecond, each second one by somebody."""
    for place, name in enumerate(NAMES):
        library.clock.now = 1_000 + place // 2
        tags = [Tag("mlflow.user", f"user {place}")] if place % 2 else []
        library.create(name, tags=[*tags, Tag("place", str(place))])
    return library


def test_the_newest_come_first_and_equal_times_in_one_order(shelf: Library) -> None:
    assert shelf.found() == NAMES[::-1]


def test_names_are_ordered_by_code_point_whatever_the_database_is_set_to(shelf: Library) -> None:
    assert shelf.found(order_by=["name"]) == sorted(NAMES)
    assert shelf.found(order_by=["name DESC"]) == sorted(NAMES, reverse=True)


@pytest.mark.parametrize("order_by", [[], ["name"], ["name DESC", "created_time"], ["last_update_time", "name DESC"]])
@pytest.mark.parametrize("limit", [1, 3, 8])
def test_pages_are_the_whole_in_parts(shelf: Library, order_by: list[str], limit: int) -> None:
    assert shelf.found(order_by=order_by, limit=limit) == shelf.found(order_by=order_by)


def test_what_comes_and_goes_between_pages_moves_nothing_else(shelf: Library) -> None:
    def page(token: str) -> tuple[list[str], list[str], str]:
        found = shelf.call(
            lambda datasets: datasets.search(shelf.scope, None, filter_text="", order_by=[], limit=3, page_token=token)
        )
        return [each.name for each in found.datasets], [each.uuid for each in found.datasets], found.next

    first, uuids, token = page("")
    shelf.clock.now += 1
    shelf.create("newest")
    shelf.call(lambda datasets: datasets.delete(shelf.scope, uuids[-1]))
    second, _, _ = page(token)
    assert first + second == NAMES[::-1][:6]


@pytest.mark.parametrize(
    ("filter_text", "found"),
    [
        ("name >= 'a'", ["a%", "a", "é", "a", "b"]),
        ("name < 'a'", ["_", "B", "A"]),
        ("name ILIKE 'A'", ["a", "a", "A"]),
        ("name LIKE '_'", ["_", "a", "B", "é", "a", "A", "b"]),
        ("name LIKE 'a%' AND created_time >= 1002", ["a%", "a"]),
        ("name IN ('a', 'b')", ["a", "a", "b"]),
        ("created_by LIKE 'user%'", ["a%", "a", "é", "A"]),
        ("created_by != 'user 1'", ["a%", "a", "é"]),
        ("last_updated_by = 'user 7'", ["a%"]),
        ("tags.place = '4' AND tags.place != '5'", ["B"]),
        ("tags.none != 'x'", []),
        ("created_time > 99999999999999999999999", []),
        ("created_time < 99999999999999999999999", NAMES[::-1]),
    ],
)
def test_filters_mean_the_same_on_either_database(shelf: Library, filter_text: str, found: list[str]) -> None:
    assert shelf.found(filter_text) == found


@pytest.mark.parametrize(
    ("filter_text", "reason"),
    [
        ("name IS NULL", "Invalid comparator 'IS NULL'"),
        ("tags.k IS NULL", "Invalid comparator 'IS NULL'"),
        ("tags.k > 'a'", "Invalid comparator '>'"),
        ("created_time IS NULL", "IS NULL"),
        ("created_time > 1.5", "Invalid value for numeric attribute 'created_time': '1.5'"),
        ("created_by IN ('a')", "Invalid comparator 'IN'"),
        ("name NOT IN ('a')", "Invalid comparator 'NOT IN'"),
    ],
)
def test_what_a_filter_cannot_mean_is_refused(library: Library, filter_text: str, reason: str) -> None:
    with pytest.raises(InvalidError, match=reason) as caught:
        library.found(filter_text)
    assert caught.value.hint


def test_a_token_only_fits_the_search_that_it_came_from(shelf: Library) -> None:
    def page(filter_text: str, token: str) -> str:
        return shelf.call(
            lambda datasets: datasets.search(
                shelf.scope, None, filter_text=filter_text, order_by=[], limit=2, page_token=token
            )
        ).next

    with pytest.raises(InvalidError, match="Invalid page token"):
        page("name LIKE 'a%'", page("", ""))
