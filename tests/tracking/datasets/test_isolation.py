"""A workspace neither sees nor changes the datasets of another, whichever call it tries."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.tracking.datasets.library import Library
from tidemill.core.identity import Scope
from tidemill.kit.errors import NotFoundError
from tidemill.tracking import Datasets, NewDataset, Tag

Call = Callable[[Datasets, Scope, str], Awaitable[Any]]

REFUSED: dict[str, Call] = {
    "get": lambda datasets, scope, uuid: datasets.get(scope, uuid),
    "set tags": lambda datasets, scope, uuid: datasets.set_tags(scope, uuid, [Tag("k", "theirs")]),
    "say records": lambda datasets, scope, uuid: datasets.upsert_records(scope, uuid, '[{"inputs": {"q": 2}}]'),
    "list records": lambda datasets, scope, uuid: datasets.records(scope, uuid, 10),
    "add experiments": lambda datasets, scope, uuid: datasets.add_experiments(scope, uuid, [20]),
    "remove experiments": lambda datasets, scope, uuid: datasets.remove_experiments(scope, uuid, [10]),
}
HARMLESS: dict[str, Call] = {
    "delete": lambda datasets, scope, uuid: datasets.delete(scope, uuid),
    "delete a tag": lambda datasets, scope, uuid: datasets.delete_tag(scope, uuid, "k"),
    "list experiments": lambda datasets, scope, uuid: datasets.experiments_of(scope, uuid),
}


@pytest.fixture
def uuid(library: Library) -> str:
    """A dataset of mine with all that one can have."""
    uuid = library.create("mine", experiment_ids=[10], tags=[Tag("k", "v")])
    library.say(uuid, {"inputs": {"q": 1}})
    return uuid


def whole(library: Library, uuid: str) -> list[object]:
    experiments = library.call(lambda datasets: datasets.experiments_of(library.scope, uuid))
    return [library.get(uuid), library.records(uuid), experiments]


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_a_dataset_of_another_workspace_is_missing_to(
    library: Library, neighbor: Library, uuid: str, call: Call
) -> None:
    before = whole(library, uuid)
    with pytest.raises(NotFoundError):
        neighbor.call(lambda datasets: call(datasets, neighbor.scope, uuid))
    assert whole(library, uuid) == before


@pytest.mark.parametrize("call", HARMLESS.values(), ids=HARMLESS)
def test_a_dataset_of_another_workspace_is_not_touched_by(
    library: Library, neighbor: Library, uuid: str, call: Call
) -> None:
    before = whole(library, uuid)
    assert not neighbor.call(lambda datasets: call(datasets, neighbor.scope, uuid))
    assert whole(library, uuid) == before


def test_records_of_another_workspace_are_not_deleted(library: Library, neighbor: Library, uuid: str) -> None:
    ids = [record.uuid for record in library.records(uuid)]
    theirs = neighbor.create("theirs")
    for dataset in (uuid, theirs):
        assert neighbor.call(lambda datasets, of=dataset: datasets.delete_records(neighbor.scope, of, ids)) == 0
    assert library.inputs(uuid) == [{"q": 1}]


def test_a_search_stays_in_its_workspace(library: Library, neighbor: Library, uuid: str) -> None:
    neighbor.create("theirs", experiment_ids=[20], tags=[Tag("k", "v")])
    for filter_text in ("", "tags.k = 'v'", "name IN ('mine', 'theirs')"):
        assert library.found(filter_text) == ["mine"]
        assert neighbor.found(filter_text) == ["theirs"]
    in_mine = neighbor.call(
        lambda datasets: datasets.search(neighbor.scope, [10], filter_text="", order_by=[], limit=10, page_token="")
    )
    assert in_mine.datasets == []


def test_a_dataset_cannot_join_experiments_of_another_workspace(library: Library, uuid: str) -> None:
    with pytest.raises(NotFoundError, match="No Experiment with id=20 exists"):
        library.call(lambda datasets: datasets.add_experiments(library.scope, uuid, [11, 20]))
    with pytest.raises(NotFoundError, match="No Experiment with id=20 exists"):
        library.call(lambda datasets: datasets.create(library.scope, NewDataset("x", [20], [])))
    assert library.call(lambda datasets: datasets.experiments_of(library.scope, uuid)) == [10]
    assert library.found() == ["mine"]
