"""Saying records: what is new, what is merged, what changes nothing, and that many may say at once."""

import json
from typing import Any

import pytest

from tests.tracking.datasets.library import Library
from tidemill.kit.errors import NotFoundError
from tidemill.tracking import Datasets, Record

AT_ONCE = 12


def saying(library: Library, uuid: str, *records: Any) -> Any:
    text = json.dumps(records)
    return lambda datasets: datasets.upsert_records(library.scope, uuid, text)


def only(library: Library, uuid: str) -> Record:
    [record] = library.records(uuid)
    return record


# --- at once


def test_the_same_inputs_said_by_many_at_once_are_one_record(library: Library) -> None:
    uuid = library.create()
    calls = [saying(library, uuid, {"inputs": {"q": 1}, "expectations": {f"e{n}": n}}) for n in range(AT_ONCE)]
    done = library.call_all(calls)
    assert sum(each.inserted for each in done) == 1
    assert sum(each.updated for each in done) == AT_ONCE - 1
    expectations = only(library, uuid).content.expectations
    assert json.loads(expectations or "") == {f"e{n}": n for n in range(AT_ONCE)}
    assert library.get(uuid).record_count == 1


def test_records_said_and_deleted_by_many_at_once_leave_the_right_count_and_digest(library: Library) -> None:
    uuid, calm = library.create(), library.create()
    library.say(uuid, *({"inputs": {"old": n}} for n in range(AT_ONCE)))
    old = [record.uuid for record in library.records(uuid)]

    def deleting(record: str) -> Any:
        return lambda datasets: datasets.delete_records(library.scope, uuid, [record])

    sayings = [saying(library, uuid, {"inputs": {"new": n}}, {"inputs": {"both": 1}}) for n in range(AT_ONCE)]
    library.call_all([call for pair in zip(sayings, map(deleting, old), strict=True) for call in pair])
    library.say(calm, {"inputs": {"both": 1}}, *({"inputs": {"new": n}} for n in reversed(range(AT_ONCE))))
    found = library.get(uuid)
    assert found.record_count == len(library.records(uuid)) == AT_ONCE + 1
    assert found.digest == library.get(calm).digest


def test_a_dataset_that_is_deleted_while_records_are_said_keeps_none(library: Library) -> None:
    uuid = library.create()

    async def delete(datasets: Datasets) -> None:
        await datasets.delete(library.scope, uuid)

    async def say(datasets: Datasets) -> None:
        try:
            await saying(library, uuid, {"inputs": {"q": 1}})(datasets)
        except NotFoundError:
            return

    library.call_all([say, delete, say])
    with pytest.raises(NotFoundError):
        library.get(uuid)
    assert library.database.read_now(lambda tx: tx.sql("SELECT count(*) FROM dataset_records"))[0][0] == 0


def test_the_same_creating_call_makes_one_dataset(library: Library) -> None:
    first = library.create("twice", experiment_ids=[10], key="once")
    assert library.create("twice", experiment_ids=[10], key="once") == first
    assert library.found() == ["twice"]


# --- what is one record


@pytest.mark.parametrize(
    "inputs",
    [
        ({"a": 1, "b": {"c": 2, "d": [3]}}, {"b": {"d": [3], "c": 2}, "a": 1}),
        ({"x": float("nan"), "y": 1}, {"y": 1, "x": float("nan")}),
        ({"x": "\ud800"}, {"x": "\ud800"}),
        ({"x": 10**30}, {"x": 10**30}),
        ({"x": "é\0"}, {"x": "é\0"}),
        ({}, {}),
    ],
    ids=["keys in another order", "not a number", "half a pair", "a large number", "odd characters", "nothing"],
)
def test_equal_inputs_are_one_record(library: Library, inputs: tuple[Any, Any]) -> None:
    uuid = library.create()
    assert library.say(uuid, {"inputs": inputs[0]}) == (1, 0)
    assert library.say(uuid, {"inputs": inputs[1]}) == (0, 1)
    assert repr(library.inputs(uuid)) == repr([inputs[0]])


def test_inputs_that_only_look_alike_are_records_of_their_own(library: Library) -> None:
    uuid = library.create()
    values = [1, 1.0, True, "1", [1], None, float("nan"), "NaN", float("inf"), "x", "X", " x"]
    assert library.say(uuid, *({"inputs": {"v": value}} for value in values)) == (len(values), 0)
    assert repr([inputs["v"] for inputs in library.inputs(uuid)]) == repr(values)


def test_inputs_are_the_same_whatever_else_their_call_holds(library: Library) -> None:
    uuid = library.create()
    plain = {"inputs": {"f": 1e16, "s": "é", "n": [0.1, -0.0]}}
    library.say(uuid, plain)
    assert library.say(uuid, plain, {"inputs": {"odd": float("nan")}}) == (1, 1)


# --- what a record says when it is said again


def test_expectations_and_tags_are_merged_and_outputs_replaced(library: Library) -> None:
    uuid = library.create()
    library.say(uuid, {"inputs": {"q": 1}, "expectations": {"a": 1, "b": 1}, "tags": {"t": "1"}, "outputs": {"o": 1}})
    library.say(uuid, {"inputs": {"q": 1}, "expectations": {"b": None, "c": 3}, "outputs": "text"})
    content = only(library, uuid).content
    assert json.loads(content.expectations or "") == {"a": 1, "b": None, "c": 3}
    assert (content.tags, content.outputs) == ('{"t":"1"}', '"text"')


def test_what_is_not_said_again_stays(library: Library) -> None:
    uuid = library.create()
    source = {"source_type": "trace", "source_data": {"trace_id": "tr-1"}}
    library.say(uuid, {"inputs": {"q": 1}, "expectations": {"a": 1}, "outputs": [1], "source": source})
    before = only(library, uuid)
    library.clock.now += 5
    assert library.say(uuid, {"inputs": {"q": 1}}) == (0, 1)
    assert library.say(uuid, {"inputs": {"q": 1}, "source": {"source_type": "HUMAN"}}) == (0, 1)
    assert only(library, uuid) == before
    assert before.content.source is not None
    assert (before.content.source.type, before.content.source.id) == ("TRACE", "tr-1")


def test_outputs_may_be_said_to_be_nothing(library: Library) -> None:
    uuid = library.create()
    library.say(uuid, {"inputs": {"q": 1}})
    assert only(library, uuid).content.outputs == "{}"
    library.say(uuid, {"inputs": {"q": 1}, "outputs": None})
    assert only(library, uuid).content.outputs is None


def test_records_of_one_call_are_merged_as_if_said_by_two(library: Library) -> None:
    uuid = library.create()
    first = {"inputs": {"q": 1}, "expectations": {"a": 1}, "tags": {"mlflow.user": "me"}}
    assert library.say(uuid, first, {"inputs": {"q": 1}, "expectations": {"b": 2}}) == (1, 1)
    assert library.say(uuid, {"inputs": {"q": 1}, "tags": {"t": 1}}, {"inputs": {"q": 1}, "tags": {"u": 2}}) == (0, 2)
    record = only(library, uuid)
    assert json.loads(record.content.expectations or "") == {"a": 1, "b": 2}
    assert json.loads(record.content.tags) == {"mlflow.user": "me", "t": 1, "u": 2}
    assert (record.created_by, record.updated_by) == ("me", "me")


def test_the_last_one_to_say_something_is_remembered(library: Library) -> None:
    uuid = library.create()
    library.say(uuid, {"inputs": {"q": 1}, "tags": {"mlflow.user": "one"}})
    library.say(uuid, {"inputs": {"q": 1}, "tags": {"mlflow.user": "two"}})
    record = only(library, uuid)
    assert (record.created_by, record.updated_by) == ("one", "two")
    assert library.get(uuid).updated_by == "two"


# --- what that makes of the dataset


def test_saying_the_same_again_changes_nothing(library: Library) -> None:
    uuid = library.create()
    records = [{"inputs": {"q": n}, "expectations": {"e": n}} for n in range(3)]
    library.say(uuid, *records)
    before = library.get(uuid), library.records(uuid)
    library.clock.now += 5
    assert library.say(uuid, *reversed(records)) == (0, 3)
    assert (library.get(uuid), library.records(uuid)) == before


def test_the_digest_tells_the_records_and_not_how_they_came(library: Library) -> None:
    together, apart = library.create(), library.create()
    empty = library.get(together).digest
    library.say(together, {"inputs": {"q": 1}}, {"inputs": {"q": 2}, "expectations": {"a": 1, "b": 2}})
    for record in ({"inputs": {"q": 2}, "expectations": {"a": 1}}, {"inputs": {"q": 1}}, {"inputs": {"q": 3}}):
        library.say(apart, record)
    library.say(apart, {"inputs": {"q": 2}, "expectations": {"b": 2}})
    different = library.get(apart).digest
    last = library.records(apart)[-1].uuid
    assert library.call(lambda datasets: datasets.delete_records(library.scope, apart, [last])) == 1
    assert library.get(apart).digest == library.get(together).digest
    assert len({library.get(together).digest, different, empty}) == 3


def test_records_keep_the_order_in_which_they_first_came(library: Library) -> None:
    uuid = library.create()
    library.say(uuid, {"inputs": {"q": 3}}, {"inputs": {"q": 1}})
    library.say(uuid, {"inputs": {"q": 2}}, {"inputs": {"q": 3}, "tags": {"t": 1}})
    assert library.inputs(uuid) == [{"q": 3}, {"q": 1}, {"q": 2}]


def test_a_deleted_dataset_takes_its_records_with_it(library: Library) -> None:
    uuid = library.create(experiment_ids=[10])
    library.say(uuid, {"inputs": {"q": 1}})
    library.call(lambda datasets: datasets.delete(library.scope, uuid))
    for table in ("datasets", "dataset_records", "dataset_experiments"):
        assert library.database.read_now(lambda tx, of=table: tx.sql(f"SELECT count(*) FROM {of}"))[0][0] == 0
