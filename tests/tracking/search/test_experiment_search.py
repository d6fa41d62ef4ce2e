"""Searching experiments: the grammar, what it finds on either database, order, pages and workspaces."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tidemill.core.database import Database, Tx
from tidemill.kit.errors import InvalidError
from tidemill.tracking.experiments.models import View
from tidemill.tracking.search import (
    ExperimentQuery,
    parse_experiment_filter,
    parse_experiment_order,
    search_experiments,
)

NAMES = {1: "A", 2: "b", 3: "C%_", 4: "gone", 5: "E", 6: "elsewhere"}
TAGS = {1: {"t": "one", "k w": "z", "u": "x"}, 2: {"t": "Two"}}
FAR = 10**30


@pytest.fixture(scope="module", autouse=True)
def shelf(database: Database) -> Iterator[None]:
    """Five experiments, made one after another; then b was changed. One more is in another workspace."""

    def fill(tx: Tx) -> None:
        tx.sql_many(
            "INSERT INTO workspaces (id, name, description, created_ms) VALUES (?, ?, '', 0)", [(1, "w1"), (2, "w2")]
        )
        tx.sql_many(
            """INSERT INTO experiments
            (id, workspace_id, name, artifact_location, lifecycle_stage, created_ms, updated_ms)
            VALUES (?, ?, ?, '', ?, ?, ?)""",
            [
                (
                    id_,
                    2 if id_ == 6 else 1,
                    name,
                    "deleted" if id_ == 4 else "active",
                    id_ * 10,
                    99 if id_ == 2 else id_,
                )
                for id_, name in NAMES.items()
            ],
        )
        tx.sql_many(
            "INSERT INTO experiment_tags (experiment_id, key, value) VALUES (?, ?, ?)",
            [(id_, key, value) for id_, tags in TAGS.items() for key, value in tags.items()],
        )

    database.write_now(fill)
    yield
    database.write_now(lambda tx: [tx.sql(f"DELETE FROM {table}") for table in ("experiments", "workspaces")])


def found(database: Database, text: str = "", order: tuple[str, ...] = (), view: View = View.ACTIVE_ONLY) -> str:
    query = ExperimentQuery(1, parse_experiment_filter(text), parse_experiment_order(order), view)
    page = database.read_now(lambda tx: search_experiments(tx, query))
    assert page.next is None
    return " ".join(NAMES[id_] for id_ in page.ids)


FINDS: dict[str, str] = {
    "": "E C%_ b A",
    "name = 'A'": "A",
    'attribute.name = "A"': "A",
    "`name` = 'a'": "",
    "name != 'A'": "E C%_ b",
    "name LIKE 'a'": "",
    "name ILIKE 'a'": "A",
    "name LIKE 'C%'": "C%_",
    "name LIKE 'C\\%'": "",
    "name LIKE '_'": "E b A",
    "experiment_id = '1'": "A",
    "experiment_id != '1'": "E C%_ b",
    "experiment_id IN ('1', '2', '6')": "b A",
    "experiment_id NOT IN ('1')": "E C%_ b",
    f"experiment_id = '{FAR}'": "",
    f"experiment_id != '{FAR}'": "E C%_ b A",
    "experiment_id = '6'": "",
    "tags.t = 'one'": "A",
    "tag.t = 'one'": "A",
    "tags.`k w` = 'z'": "A",
    "tags.t != 'one'": "b",
    "tags.t LIKE 'T%'": "b",
    "tags.t ILIKE 't%'": "b",
    "tags.t IS NULL": "E C%_",
    "tags.t IS NOT NULL": "b A",
    "tags.t = 'one' AND tags.u = 'x'": "A",
    "tags.t = 'one' AND tags.u = 'y'": "",
    "creation_time = 30": "C%_",
    "creation_time != 30": "E b A",
    "creation_time > 30": "E",
    "creation_time >= 30": "E C%_",
    "creation_time < 30": "b A",
    "creation_time <= 30": "C%_ b A",
    f"creation_time < {FAR}": "E C%_ b A",
    "last_update_time > 50": "b",
    "name = 'x''; DROP TABLE experiments'": "",
}


@pytest.mark.parametrize(("text", "expected"), FINDS.items(), ids=list(FINDS))
def test_a_filter_finds(database: Database, text: str, expected: str) -> None:
    assert found(database, text) == expected


ORDERS: dict[tuple[str, ...], str] = {
    (): "E C%_ b A",
    ("name",): "A C%_ E b",
    ("attribute.name DESC",): "b E C%_ A",
    ("experiment_id",): "A b C%_ E",
    ("experiment_id DESC",): "E C%_ b A",
    ("creation_time",): "A b C%_ E",
    ("last_update_time DESC",): "b E C%_ A",
    ("last_update_time", "name", "name DESC"): "A C%_ E b",
}


@pytest.mark.parametrize(("order", "expected"), ORDERS.items(), ids=[", ".join(order) for order in ORDERS])
def test_an_order_sorts(database: Database, order: tuple[str, ...], expected: str) -> None:
    assert found(database, order=order) == expected


@pytest.mark.parametrize(
    ("view", "expected"), [(View.ACTIVE_ONLY, "E C%_ b A"), (View.DELETED_ONLY, "gone"), (View.ALL, "E gone C%_ b A")]
)
def test_a_view_shows_stages(database: Database, view: View, expected: str) -> None:
    assert found(database, view=view) == expected


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
@pytest.mark.parametrize("order", [(), ("name DESC",), ("last_update_time",)])
def test_pages_join_to_the_whole(database: Database, limit: int, order: tuple[str, ...]) -> None:
    query = ExperimentQuery(1, order_by=parse_experiment_order(order), limit=limit)
    names: list[str] = []
    while True:
        page = database.read_now(lambda tx, query=query: search_experiments(tx, query))
        names += [NAMES[id_] for id_ in page.ids]
        if page.next is None:
            break
        query = replace(query, after=page.next)
    assert " ".join(names) == found(database, order=order)


REFUSALS: dict[str, str] = {
    " ": "Could not be parsed.",
    "name": "Invalid clause(s) in filter string: name",
    "name = 'a' OR name = 'b'": "Invalid clause(s) in filter string: OR",
    "(name = 'a')": "Invalid clause(s) in filter string: (name = 'a')",
    "name = 'a'; name = 'b'": "Search filter contained multiple expression",
    "name > 'a'": "Invalid comparator '>' not one of '{",
    "name NOT LIKE 'x'": "Invalid comparator 'NOT LIKE' not one of '{",
    "name IN ('x')": "Only ['experiment_id'] attributes support comparison with a list of quoted string values.",
    "name IS NULL": "IS NULL / IS NOT NULL is only supported for tags, not for attribute 'name'",
    "name = 5": "Expected a quoted string value for attributes. Got value 5",
    "name = x": "Parameter value is either not quoted or unidentified quote types used for string value x.",
    "tags.t = 5": "Expected a quoted string value for tag (e.g. 'my-value'). Got value 5",
    "tags.t IN ('one')": "Expected a quoted string value for tag (e.g. 'my-value'). Got value ('one')",
    "tags.t > 'a'": "Invalid comparator for tag: >",
    "creation_time = '5'": "Expected numeric value type for numeric attribute: creation_time. Found '5'",
    "creation_time = 1.5": "Invalid value for numeric attribute 'creation_time': '1.5'",
    "creation_time LIKE 5": "Invalid comparator 'LIKE' not one of",
    "experiment_id = 5": "Expected a quoted string value for attributes. Got value 5",
    "experiment_id = 'x'": "Invalid experiment ID 'x'. Experiment ID must be a valid integer.",
    "experiment_id = '²'": "Invalid experiment ID '²'. Experiment ID must be a valid integer.",
    "experiment_id IN ()": "expected a non-empty list of string values, but got empty list",
    "experiment_id LIKE '1'": "Invalid comparator for experiment_id: LIKE",
    "Name = 'x'": "Invalid attribute key 'Name' specified. Valid keys are ",
    "attributes.name = 'x'": "Invalid entity type 'attributes'. Valid entity types are ('attribute', 'tag', 'tags')",
    "metrics.m = 1": "Invalid entity type 'metrics'. Valid entity types are",
}


@pytest.mark.parametrize(("text", "phrase"), REFUSALS.items(), ids=list(REFUSALS))
def test_a_filter_is_refused(text: str, phrase: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        parse_experiment_filter(text)
    assert phrase in refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("order", "phrase"),
    [
        ("tags.t", "Invalid order_by entity: tag"),
        ("nope", "Invalid attribute key 'nope' specified"),
        ("attributes.name", "Invalid entity type 'attributes'"),
        ("", "Invalid order_by clause ''. Could not be parsed."),
        ("name UP", "Invalid ordering key in order_by clause 'name UP'."),
        ("name,creation_time", "Invalid order_by clause 'name,creation_time'. Could not be parsed."),
    ],
)
def test_an_order_is_refused(order: str, phrase: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        parse_experiment_order([order])
    assert phrase in refusal.value.message
