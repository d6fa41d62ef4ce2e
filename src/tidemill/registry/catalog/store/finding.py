"""The SQL of searches: which rows, in which order, after which place. Driver-level, since it is made of pieces.

A clause about tags is looked up (the things that have the value are taken, then tested) or probed (each thing is asked,
in the order of the page). Looking up is right where few have it, probing where many do, and neither database knows
which: so they are counted first, up to a bound. The same goes for names of models in a search of versions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tidemill.core.database import Dialect, Tx
from tidemill.core.search import (
    NO_JOIN,
    Clause,
    Column,
    Comparator,
    Entity,
    OrderKey,
    Page,
    Position,
    Sql,
    after_prefix,
    all_of,
    binary,
    compare,
    fill,
    literal_prefix,
    page,
    sql,
    text_test,
)
from tidemill.registry.catalog.tables import HEAD_LENGTH

_FEW = 2000
_MODEL_OF_VERSION = Sql("LEFT JOIN registered_models m ON m.id = t.model_id")
_MODEL_COLUMNS = {"name": "t.name", "updated": "t.updated_ms"}
_VERSION_COLUMNS = {
    "name": "m.name",
    "version": "t.version",
    "created": "t.created_ms",
    "updated": "t.updated_ms",
    "run_id": "t.run_id",
    "source_path": "t.source",
    "version_number": "t.version",
}


@dataclass(frozen=True, slots=True)
class Query:
    """What to find in one workspace, in an order that leaves no ties; `after` is the `Page.next` of the page before."""

    workspace_id: int
    prompts: bool
    filter: tuple[Clause, ...]
    order: tuple[OrderKey, ...]
    limit: int
    after: Position | None = None

    @property
    def asked(self) -> tuple[object, ...]:
        """What all pages of the search have in common."""
        return (self.prompts, self.filter, self.order)

    @property
    def are_numbers(self) -> list[bool]:
        """Of each key of the order, whether its values are numbers."""
        return [key.key != "name" for key in self.order]


def find_models(tx: Tx, query: Query) -> Page:
    """The registered models of one page."""
    about_tags = [clause for clause in query.filter if clause.entity is Entity.TAG]
    tests = [_base(query)]
    tests += [_name(tx.dialect, "t.name", clause) for clause in query.filter if clause.entity is not Entity.TAG]
    tests += _tags(tx, about_tags, "registered_model_tags", "model_id")
    columns = [_column(tx.dialect, _MODEL_COLUMNS, key) for key in query.order]
    return _page(tx, "registered_models", tests, columns, query)


def find_versions(tx: Tx, query: Query) -> Page:
    """The versions of one page."""
    about_tags = [clause for clause in query.filter if clause.entity is Entity.TAG]
    about_names = [clause for clause in query.filter if clause.key == "name" and clause.entity is not Entity.TAG]
    tests = [_base(query), *_names(tx, query.workspace_id, about_names)]
    for clause in query.filter:
        if clause.entity is Entity.ATTRIBUTE and clause.key != "name":
            tests.append(_attribute(tx.dialect, clause))
    tests += _tags(tx, about_tags, "model_version_tags", "version_id")
    columns = [_column(tx.dialect, _VERSION_COLUMNS, key) for key in query.order]
    columns[0] = Column(_MODEL_OF_VERSION, columns[0].rank, columns[0].value, columns[0].descending)
    return _page(tx, "model_versions", tests, columns, query)


def _page(tx: Tx, table: str, tests: list[Sql], columns: Sequence[Column], query: Query) -> Page:
    if query.after is not None:  # told apart from what follows, so that an index can begin there
        first = columns[0]
        tests.append(sql(f"{first.value} {'<=' if first.descending else '>='} ?", query.after[0][1]))
    return page(tx, table, tests, columns=columns, limit=query.limit, position=query.after)


def _base(query: Query) -> Sql:
    return sql("t.workspace_id = ? AND t.is_prompt = ?", query.workspace_id, query.prompts)


def _column(dialect: Dialect, names: dict[str, str], key: OrderKey) -> Column:
    name = names[key.key]
    return Column(NO_JOIN, "0", binary(dialect, name) if key.key == "name" else name, key.descending)


def _attribute(dialect: Dialect, clause: Clause) -> Sql:
    column = _VERSION_COLUMNS[clause.key]
    return (
        compare(column, clause.comparator, clause.value)
        if clause.key == "version_number"
        else text_test(dialect, column, clause)
    )


def _name(dialect: Dialect, column: str, clause: Clause) -> Sql:
    return all_of([text_test(dialect, column, clause), *_range(column, clause)])


def _range(column: str, clause: Clause) -> list[Sql]:
    """Where in an index the texts lie that a LIKE with a fixed beginning can match."""
    prefix = literal_prefix(str(clause.value)) if clause.comparator is Comparator.LIKE else ""
    if not prefix:
        return []
    end = after_prefix(prefix)
    return [sql(f"{column} >= ?", prefix), *([] if end is None else [sql(f"{column} < ?", end)])]


def _names(tx: Tx, workspace_id: int, clauses: Sequence[Clause]) -> list[Sql]:
    """Tests of a version's model, by its row where few models have such a name."""
    if not clauses:
        return []
    statement = fill(
        "SELECT n.id FROM registered_models n WHERE n.workspace_id = ? AND {tests} LIMIT ?",
        tests=all_of(_name(tx.dialect, "n.name", clause) for clause in clauses),
    )
    ids = [row[0] for row in tx.sql(statement.text, (workspace_id, *statement.parameters, _FEW + 1))]
    if len(ids) > _FEW:
        return [_name(tx.dialect, "m.name", clause) for clause in clauses]
    if len(ids) == 1:
        return [sql("t.model_id = ?", ids[0])]
    condition, parameter = tx.any_of(ids)
    return [sql(f"t.model_id {condition}", parameter)]


def _tags(tx: Tx, clauses: Sequence[Clause], table: str, owner: str) -> list[Sql]:
    """Tests of tags: the rarest is looked up where it is rare, the others are probed."""
    counted = {clause: _count(tx, clause, table) for clause in clauses if _bounds(clause)}
    rarest = min(counted, key=lambda clause: counted[clause]) if counted else None
    if rarest is not None and counted[rarest] > _FEW:
        rarest = None
    return [_tag(tx.dialect, clause, table, owner, is_rare=clause is rarest) for clause in clauses]


def _count(tx: Tx, clause: Clause, table: str) -> int:
    statement = fill(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM {table} x WHERE x.key = ? AND {{tests}} LIMIT ?) n",  # noqa: S608
        tests=all_of(_bounds(clause)),
    )
    return int(tx.sql(statement.text, (clause.key, *statement.parameters, _FEW + 1))[0][0])


def _bounds(clause: Clause) -> list[Sql]:
    """Where in the index of tags the values lie that a clause can match; nothing where that is all of them."""
    if clause.comparator is Comparator.EQ:
        return [sql("x.value_head = ?", str(clause.value)[:HEAD_LENGTH])]
    prefix = literal_prefix(str(clause.value))[:HEAD_LENGTH] if clause.comparator is Comparator.LIKE else ""
    if not prefix:
        return []
    end = after_prefix(prefix)
    return [sql("x.value_head >= ?", prefix), *([] if end is None else [sql("x.value_head < ?", end)])]


def _tag(dialect: Dialect, clause: Clause, table: str, owner: str, *, is_rare: bool) -> Sql:
    if clause.comparator in (Comparator.IS_NULL, Comparator.IS_NOT_NULL):
        negation = "NOT " if clause.comparator is Comparator.IS_NULL else ""
        return sql(
            f"{negation}EXISTS (SELECT 1 FROM {table} x WHERE x.{owner} = t.id AND x.key = ?)",  # noqa: S608
            clause.key,
        )
    tests = all_of([*_bounds(clause), text_test(dialect, "x.value", clause)])
    template = (
        f"t.id IN (SELECT x.{owner} FROM {table} x WHERE {{key}} AND {{tests}})"  # noqa: S608
        if is_rare
        else f"EXISTS (SELECT 1 FROM {table} x WHERE x.{owner} = t.id AND {{key}} AND {{tests}})"  # noqa: S608
    )
    return fill(template, key=sql("x.key = ?", clause.key), tests=tests)
