"""Filters, orders and pages, against a plain reading of the same list."""

from typing import Any

import pytest

from tests.pipelines.catalog.conftest import MINE, THEIRS
from tidemill.kit.errors import InvalidError
from tidemill.pipelines import Catalog, Listing, Operation, Pipeline, Predicate, Words

pytestmark = pytest.mark.anyio
NAMES = ["beta", "Alpha", "gamma", "100%", "a_b", "axb", "Ünder", "b\\c", "delta", "épsilon"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def filled(catalog: Catalog) -> Catalog:
    """Ten pipelines, made one after the other, every two of them shown under the same name."""
    for number, name in enumerate(NAMES):
        await catalog.create(MINE, Words(name, f"shown {number // 2}"))
    return catalog


def where(key: str, operation: Operation, *values: Any) -> Predicate:
    return Predicate(key, operation, values)


async def names(catalog: Catalog, *predicates: Predicate) -> list[str]:
    found, _, total = await catalog.list_all(MINE, Listing(predicates, page_size=100))
    assert total == len(found)
    return [each.words.name for each in found]


async def walked(catalog: Catalog, listing: Listing) -> list[Pipeline]:
    """All pages, one after the other."""
    seen: list[Pipeline] = []
    token = ""
    while True:
        asked = Listing(listing.predicates, listing.sort_by, listing.descending, listing.page_size, token)
        found, token, _ = await catalog.list_all(MINE, asked)
        assert len(found) <= listing.page_size
        seen += found
        if not token:
            return seen


async def test_without_an_order_the_oldest_come_first(filled: Catalog) -> None:
    assert await names(filled) == NAMES


@pytest.mark.parametrize("size", [1, 3, 10, 11])
@pytest.mark.parametrize("is_descending", [False, True])
@pytest.mark.parametrize("key", ["name", "display_name", "created_at"])
async def test_pages_hold_every_row_once_in_order(filled: Catalog, key: str, *, is_descending: bool, size: int) -> None:
    seen = await walked(filled, Listing((), key, is_descending, size))
    values = {
        "name": [(each.words.name.encode(), each.id) for each in seen],
        "display_name": [(each.words.display_name, each.id) for each in seen],
        "created_at": [(each.created_ms, each.id) for each in seen],
    }[key]
    assert sorted(each.words.name for each in seen) == sorted(NAMES)
    assert values == sorted(values, reverse=is_descending)


async def test_what_is_added_meanwhile_repeats_and_hides_nothing(filled: Catalog) -> None:
    newest_first = Listing((), "created_at", descending=True, page_size=4)
    first, token, _ = await filled.list_all(MINE, newest_first)
    await filled.create(MINE, Words("newer"))
    second, _, total = await filled.list_all(MINE, Listing(page_token=token, page_size=100))
    assert [each.words.name for each in [*first, *second]] == NAMES[::-1]
    assert total == 11


@pytest.mark.parametrize(
    ("predicate", "wanted"),
    [
        (where("name", Operation.EQUALS, "beta"), ["beta"]),
        (where("name", Operation.NOT_EQUALS, "beta"), NAMES[1:]),
        (where("name", Operation.IN, "beta", "axb", "none"), ["beta", "axb"]),
        (where("name", Operation.IN), []),
        (where("name", Operation.IS_SUBSTRING, "%"), ["100%"]),
        (where("name", Operation.IS_SUBSTRING, "a_"), ["a_b"]),
        (where("name", Operation.IS_SUBSTRING, "\\"), ["b\\c"]),
        (where("name", Operation.IS_SUBSTRING, "LPH"), ["Alpha"]),
        (where("name", Operation.GREATER_THAN_EQUALS, "gamma"), ["gamma", "Ünder", "épsilon"]),
        (where("created_at", Operation.LESS_THAN, 4_000), ["beta", "Alpha"]),
        (where("created_at", Operation.LESS_THAN_EQUALS, 4_000), ["beta", "Alpha", "gamma"]),
        (where("created_at", Operation.GREATER_THAN, 9_000), ["delta", "épsilon"]),
    ],
)
async def test_a_predicate_finds_what_it_says(filled: Catalog, predicate: Predicate, wanted: list[str]) -> None:
    assert await names(filled, predicate) == wanted


async def test_all_predicates_hold(filled: Catalog) -> None:
    both = where("name", Operation.IS_SUBSTRING, "b"), where("display_name", Operation.EQUALS, "shown 2")
    assert await names(filled, *both) == ["a_b", "axb"]


@pytest.mark.parametrize(
    "predicate",
    [
        where("shape", Operation.EQUALS, "x"),
        where("created_at", Operation.EQUALS, "x"),
        where("created_at", Operation.IS_SUBSTRING, 1),
        where("created_at", Operation.EQUALS, 2**63),
        where("name", Operation.EQUALS),
        where("name", Operation.EQUALS, "a", "b"),
        where("name", Operation.IN, *map(str, range(1001))),
    ],
)
async def test_a_predicate_that_cannot_be_is_refused(filled: Catalog, predicate: Predicate) -> None:
    with pytest.raises(InvalidError):
        await names(filled, predicate)


async def test_an_unknown_key_is_refused_with_those_that_are(filled: Catalog) -> None:
    with pytest.raises(InvalidError) as refused:
        await filled.list_all(MINE, Listing(sort_by="shape"))
    assert "created_at, description, display_name" in str(refused.value.hint)


async def test_a_token_fits_its_own_list_only(filled: Catalog) -> None:
    _, token, _ = await filled.list_all(MINE, Listing(sort_by="name", page_size=2))
    for scope, listing in (
        (MINE, Listing(sort_by="name", descending=True, page_token=token)),
        (MINE, Listing(sort_by="created_at", page_token=token)),
        (MINE, Listing((where("name", Operation.EQUALS, "x"),), "name", page_token=token)),
        (THEIRS, Listing(sort_by="name", page_token=token)),
        (MINE, Listing(page_token=token[:-6])),
        (MINE, Listing(page_token="☃")),
        (MINE, Listing(page_token="WzFd")),
    ):
        with pytest.raises(InvalidError):
            await filled.list_all(scope, listing)
    found, _, _ = await filled.list_all(MINE, Listing(sort_by="name", page_token=token, page_size=1))
    assert len(found) == 1


async def test_a_page_has_a_size_that_can_be(filled: Catalog) -> None:
    with pytest.raises(InvalidError):
        await filled.list_all(MINE, Listing(page_size=-1))
    found, _, _ = await filled.list_all(MINE, Listing(page_size=10**12))
    assert len(found) == len(NAMES)
