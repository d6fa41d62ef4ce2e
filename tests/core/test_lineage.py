"""Lineage: edges are walked either way, over cycles and to a limit, within one workspace."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from tidemill.core.database import Database, open_database
from tidemill.core.identity import Scope, Subject
from tidemill.core.lineage import MAX_DEPTH, MAX_EDGES, Direction, Edge, Kind, Thing, Walk, link, walk
from tidemill.server.schema import metadata

pytestmark = pytest.mark.anyio
MINE = Scope(1, "mine", Subject("test"))
THEIRS = Scope(2, "theirs", Subject("test"))

DATASET = Thing(Kind.DATASET, "iris@4f2a")
COMMIT = Thing(Kind.COMMIT, "9fceb02")
TASK = Thing(Kind.PIPELINE_TASK, "5d1c/train/fit")
RUN = Thing(Kind.RUN, "a1")
MODEL = Thing(Kind.LOGGED_MODEL, "m-1")
VERSION = Thing(Kind.MODEL_VERSION, "7/1")
COPY = Thing(Kind.MODEL_VERSION, "8/1")
CHAIN = [
    Edge(DATASET, RUN),
    Edge(COMMIT, RUN),
    Edge(TASK, RUN),
    Edge(RUN, MODEL),
    Edge(MODEL, VERSION),
    Edge(VERSION, COPY),
]
Step = Callable[[int], Thing]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'test.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = open_database(str(url))
    wanted = [metadata.tables[name] for name in ("workspaces", "lineage_edges")]
    metadata.create_all(database.engine, wanted)
    with database.engine.begin() as connection:
        for scope in (MINE, THEIRS):
            row = {"id": scope.workspace_id, "name": scope.workspace}
            connection.execute(text("INSERT INTO workspaces (id, name, created_ms) VALUES (:id, :name, 0)"), row)
    yield database
    metadata.drop_all(database.engine, wanted)
    database.close()


async def linked(database: Database, edges: Iterable[Edge], scope: Scope = MINE) -> None:
    """Remember these edges."""
    kept = list(edges)
    await database.write(lambda tx: link(tx, scope, kept))


async def walked(
    database: Database, start: Thing, direction: Direction, scope: Scope = MINE, depth: int = MAX_DEPTH
) -> Walk:
    """What a walk meets."""
    return await database.read(lambda tx: walk(tx, scope, start, direction, depth=depth))


def chain(length: int) -> list[Edge]:
    """Copies of copies."""
    return [Edge(_version(number), _version(number + 1)) for number in range(length)]


def _version(number: int) -> Thing:
    return Thing(Kind.MODEL_VERSION, f"{number}/1")


async def test_a_copy_leads_back_to_its_data_its_commit_and_its_task(database: Database) -> None:
    await linked(database, CHAIN)
    up = await walked(database, COPY, Direction.UP)
    assert up.is_whole
    assert up.edges[:3] == [Edge(VERSION, COPY), Edge(MODEL, VERSION), Edge(RUN, MODEL)]
    assert set(up.edges) == set(CHAIN)


async def test_a_dataset_leads_to_what_came_of_it_and_to_nothing_else(database: Database) -> None:
    await linked(database, CHAIN)
    down = await walked(database, DATASET, Direction.DOWN)
    assert down.edges == [Edge(DATASET, RUN), Edge(RUN, MODEL), Edge(MODEL, VERSION), Edge(VERSION, COPY)]


async def test_only_so_many_steps_are_taken_as_are_asked_for(database: Database) -> None:
    await linked(database, CHAIN)
    assert (await walked(database, RUN, Direction.DOWN, depth=1)).edges == [Edge(RUN, MODEL)]


async def test_an_edge_that_is_said_twice_is_one(database: Database) -> None:
    await linked(database, [Edge(RUN, MODEL)])
    await linked(database, [Edge(RUN, MODEL), Edge(RUN, MODEL)])
    assert (await walked(database, MODEL, Direction.UP)).edges == [Edge(RUN, MODEL)]


async def test_another_workspace_sees_nothing_of_it(database: Database) -> None:
    await linked(database, CHAIN)
    await linked(database, [Edge(VERSION, COPY)], THEIRS)
    assert (await walked(database, COPY, Direction.UP, THEIRS)).edges == [Edge(VERSION, COPY)]
    assert (await walked(database, DATASET, Direction.DOWN, THEIRS)).edges == []


async def test_things_of_two_kinds_may_have_the_same_id(database: Database) -> None:
    await linked(database, [Edge(Thing(Kind.RUN, "1"), Thing(Kind.LOGGED_MODEL, "1")), Edge(MODEL, VERSION)])
    assert (await walked(database, Thing(Kind.RUN, "1"), Direction.UP)).edges == []
    assert len((await walked(database, Thing(Kind.RUN, "1"), Direction.DOWN)).edges) == 1


async def test_a_cycle_is_told_once(database: Database) -> None:
    """A run may take the model that it gave: to evaluate it."""
    await linked(database, [Edge(DATASET, RUN), Edge(RUN, MODEL), Edge(MODEL, RUN)])
    down = await walked(database, DATASET, Direction.DOWN)
    assert down.edges == [Edge(DATASET, RUN), Edge(RUN, MODEL), Edge(MODEL, RUN)]
    assert down.is_whole
    assert set((await walked(database, MODEL, Direction.UP)).edges) == set(down.edges)


async def test_what_is_further_away_than_the_limit_is_not_shown(database: Database) -> None:
    await linked(database, chain(MAX_DEPTH + 5))
    down = await walked(database, _version(0), Direction.DOWN)
    assert down.edges == chain(MAX_DEPTH)


async def test_of_a_thing_with_very_many_children_the_limit_is_shown_and_said(database: Database) -> None:
    many = [Edge(DATASET, Thing(Kind.RUN, str(number))) for number in range(3 * MAX_EDGES)]
    await linked(database, many)
    down = await walked(database, DATASET, Direction.DOWN)
    assert len(down.edges) == MAX_EDGES
    assert not down.is_whole
    assert (await walked(database, Thing(Kind.RUN, "17"), Direction.UP)).is_whole


async def test_the_older_of_two_children_comes_first(database: Database) -> None:
    first, second = Edge(MODEL, Thing(Kind.MODEL_VERSION, "7/9")), Edge(MODEL, Thing(Kind.MODEL_VERSION, "7/10"))
    await linked(database, [second, first])
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE lineage_edges SET created_ms = 1 WHERE target_id = '7/9'"))
    assert (await walked(database, MODEL, Direction.DOWN)).edges == [first, second]


@pytest.mark.parametrize(("direction", "index"), [("up", "ix_lineage_edges_target"), ("down", "lineage_edges")])
async def test_either_way_goes_by_an_index(database: Database, direction: str, index: str) -> None:
    """However many edges there are, a walk reads those that it tells of."""
    runs = [Edge(Thing(Kind.DATASET, f"{n % 97}@1"), Thing(Kind.RUN, str(n))) for n in range(10_000)]
    models = [Edge(Thing(Kind.RUN, str(n)), Thing(Kind.LOGGED_MODEL, f"m-{n}")) for n in range(10_000)]
    await linked(database, [*runs, *models])
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    statements: list[tuple[str, Sequence[object]]] = []

    def remember(_: object, __: object, statement: str, parameters: Sequence[object], *___: object) -> None:
        statements.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", remember)
    start = Thing(Kind.LOGGED_MODEL, "m-5") if direction == "up" else Thing(Kind.RUN, "5")
    await walked(database, start, Direction(direction))
    event.remove(Engine, "before_cursor_execute", remember)
    statement, parameters = next(each for each in statements if "RECURSIVE" in each[0])
    explain = "EXPLAIN QUERY PLAN" if database.dialect == "sqlite" else "EXPLAIN"
    with database.engine.begin() as connection:
        plan = str(connection.exec_driver_sql(f"{explain} {statement}", parameters).fetchall())  # type: ignore[arg-type]
    assert "Seq Scan" not in plan
    assert "SCAN lineage_edges" not in plan
    assert plan.count(index) >= 2
