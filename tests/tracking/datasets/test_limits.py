"""What is too long, too many, too large or too deep is refused with a way out, and then nothing of it is stored."""

import base64
import json
from typing import Any

import pytest

from tests.tracking.datasets.library import Library
from tidemill.core.search import write_token
from tidemill.kit.errors import InvalidError, TidemillError, TooLargeError
from tidemill.tracking import NewDataset, Tag
from tidemill.tracking.datasets.rules import MAX_PAGE_BYTES, MAX_RECORD_BYTES, MAX_RECORDS, MAX_TAGS

MEBIBYTE = 1024 * 1024


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.fixture
def uuid(library: Library) -> str:
    return library.create()


def refuses(library: Library, uuid: str, text: str, kind: type[TidemillError], reason: str) -> None:
    before = library.get(uuid)
    with pytest.raises(kind, match=reason) as caught:
        library.call(lambda datasets: datasets.upsert_records(library.scope, uuid, text))
    assert caught.value.hint
    assert library.get(uuid) == before


@pytest.mark.parametrize(
    ("name", "tags", "reason"),
    [
        ("x" * 501, [], "'name' exceeds the maximum length of 500 characters"),
        ("a\0b", [], "'name' has a NUL character"),
        ("\ud800", [], "half of a surrogate pair"),
        ("x", [Tag("", "v")], "key of the parameter 'tags' is empty"),
        ("x", [Tag("k" * 251, "v")], "'key' exceeds the maximum length of 250 characters"),
        ("x", [Tag("k", "v" * 8001)], "'value' exceeds the maximum length of 8000 characters"),
        ("x", [Tag("k", "\0")], "'value' has a NUL character"),
    ],
)
def test_names_and_tags_that_no_database_could_hold_are_refused(
    library: Library, name: str, tags: list[Tag], reason: str
) -> None:
    with pytest.raises(InvalidError, match=reason) as caught:
        library.call(lambda datasets: datasets.create(library.scope, NewDataset(name, [], tags)))
    assert caught.value.hint
    assert library.found() == []


def test_a_dataset_has_only_so_many_tags(library: Library, uuid: str) -> None:
    tags = [Tag(f"k{n}", "v") for n in range(MAX_TAGS)]
    library.call(lambda datasets: datasets.set_tags(library.scope, uuid, tags))
    library.call(lambda datasets: datasets.set_tags(library.scope, uuid, tags))
    with pytest.raises(InvalidError, match=f"would have {MAX_TAGS + 1} tags"):
        library.call(lambda datasets: datasets.set_tags(library.scope, uuid, [Tag("k0", "new"), Tag("more", "v")]))
    assert len(library.tags_of(uuid)) == MAX_TAGS
    assert library.tags_of(uuid)["k0"] == "v"
    with pytest.raises(TooLargeError):
        library.call(lambda datasets: datasets.set_tags(library.scope, uuid, [*tags, Tag("more", "v")]))


def test_one_call_names_only_so_many_experiments(library: Library, uuid: str) -> None:
    with pytest.raises(TooLargeError, match="1001 experiments are too many"):
        library.call(lambda datasets: datasets.add_experiments(library.scope, uuid, [10] * 1001))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON"),
        ('{"inputs": {}}', "not a list"),
        ('[{"inputs": {"q": 1}}, 2]', "record 1 is not an object"),
        ('[{"inputs": {"q": 1}}, {"inputs": null}]', "the inputs of record 1"),
        ('[{"inputs": {"q": 1}, "expectations": []}]', "the expectations of record 0"),
        ('[{"inputs": {"q": 1}, "tags": "x"}]', "the tags of record 0"),
        ('[{"inputs": {"q": 1}, "source": {"source_type": 5}}]', "Invalid dataset record source type: 5"),
        ('[{"inputs": {"q": 1}, "source": {"source_data": {}}}]', "Invalid dataset record source type: null"),
        ('[{"inputs": {"q": 1}, "source": "HUMAN"}]', "Invalid dataset record source type"),
        ('[{"inputs": {"q": 1}, "source": {"source_type": "HUMAN", "source_data": 1}}]', "source_data of record 0"),
        ('[{"inputs": {"q": ' + "9" * 5000 + "}}]", "not JSON"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_list_of_records_is_refused_as_a_whole(library: Library, uuid: str, text: str, reason: str) -> None:
    refuses(library, uuid, text, InvalidError, reason)


def test_one_call_says_only_so_many_records(library: Library, uuid: str) -> None:
    text = json.dumps([{"inputs": {"q": n}} for n in range(MAX_RECORDS + 1)])
    refuses(library, uuid, text, TooLargeError, f"{MAX_RECORDS + 1} records are too many")


def test_a_record_is_only_so_large_also_when_it_is_merged(library: Library, uuid: str) -> None:
    large = json.dumps([{"inputs": {"q": 1}, "expectations": {"a": "x" * MAX_RECORD_BYTES}}])
    refuses(library, uuid, large, TooLargeError, "a record has")
    half = "x" * (MAX_RECORD_BYTES // 2)
    library.say(uuid, {"inputs": {"q": 1}, "expectations": {"a": half}})
    more = json.dumps([{"inputs": {"q": 2}}, {"inputs": {"q": 1}, "expectations": {"b": half}}])
    refuses(library, uuid, more, TooLargeError, "a record has")
    assert library.inputs(uuid) == [{"q": 1}]


@pytest.mark.parametrize("part", ["inputs", "expectations", "tags", "outputs"])
def test_a_record_is_nested_only_so_deeply(library: Library, uuid: str, part: str) -> None:
    library.say(uuid, {"inputs": {"q": 1}, part: {"deep": nested(99), "brackets": "[" * 500}})
    too_deep = json.dumps([{"inputs": {"q": 2}, part: {"deep": nested(100)}}])
    refuses(library, uuid, too_deep, InvalidError, "nested more than 100 deep")


def test_a_page_of_large_records_ends_early(library: Library, uuid: str) -> None:
    size = 7 * MEBIBYTE
    fitting = MAX_PAGE_BYTES // size
    for n in range(fitting + 1):
        library.say(uuid, {"inputs": {"q": n, "long": "x" * size}})
    first = library.call(lambda datasets: datasets.records(library.scope, uuid, 100))
    rest = library.call(lambda datasets: datasets.records(library.scope, uuid, 100, first.next))
    assert (len(first.records), len(rest.records), rest.next) == (fitting, 1, "")


def test_the_schema_holds_only_so_many_fields(library: Library, uuid: str) -> None:
    for start in (0, 600):
        library.say(uuid, {"inputs": {f"f{n}": n for n in range(start, start + 600)}})
    library.say(uuid, {"inputs": {"x" * 300: 1}})
    schema = json.loads(library.get(uuid).schema or "")
    assert list(schema["inputs"]) == [f"f{n}" for n in range(1000)]
    assert library.get(uuid).record_count == 3


@pytest.mark.parametrize("uuid_of_nothing", ["", "nope", "d\0", "\ud800", "x" * 10_000])
def test_odd_ids_are_ids_of_nothing(library: Library, uuid: str, uuid_of_nothing: str) -> None:
    with pytest.raises(TidemillError, match="not found"):
        library.get(uuid_of_nothing)
    library.call(lambda datasets: datasets.delete(library.scope, uuid_of_nothing))
    library.call(lambda datasets: datasets.delete_tag(library.scope, uuid, uuid_of_nothing))
    assert library.call(lambda datasets: datasets.experiments_of(library.scope, uuid_of_nothing)) == []
    assert library.call(lambda datasets: datasets.delete_records(library.scope, uuid, [uuid_of_nothing])) == 0
    assert library.call(lambda datasets: datasets.delete_records(library.scope, uuid_of_nothing, ["x"])) == 0


def test_a_page_token_only_fits_the_dataset_that_it_came_from(library: Library, uuid: str) -> None:
    other = library.create()
    for dataset in (uuid, other):
        library.say(dataset, {"inputs": {"q": 1}}, {"inputs": {"q": 2}})
    token = library.call(lambda datasets: datasets.records(library.scope, uuid, 1)).next
    with pytest.raises(InvalidError, match="Invalid page token"):
        library.call(lambda datasets: datasets.records(library.scope, other, 1, token))


@pytest.mark.parametrize("place", [(2, None), (1, None), (0, 1e300), (0, 1.5), (0, 2**63), (0, "1")])
def test_a_forged_place_is_refused(library: Library, uuid: str, place: tuple[int, Any]) -> None:
    token = write_token((place,), ("records", uuid))
    assert base64.urlsafe_b64decode(token)
    with pytest.raises(InvalidError, match="Invalid page token"):
        library.call(lambda datasets: datasets.records(library.scope, uuid, 1, token))
