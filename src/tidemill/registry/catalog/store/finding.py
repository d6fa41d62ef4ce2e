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
    names = [clause for clause in query.filter if clause.entity is not Entity.TAG]
    rarest = _rarest(tx, about_tags, "registered_model_tags")
    tests = [_base(query, is_narrow=rarest is not None)]
    tests += [_name(tx.dialect, "t.name", clause) for clause in names]
    tests += [_tag(tx.dialect, clause, "registered_model_tags", "model_id", rarest) for clause in about_tags]
    columns = [_column(tx.dialect, _MODEL_COLUMNS, key) for key in query.order]
    return _page(tx, "registered_models", tests, columns, query)


def find_versions(tx: Tx, query: Query) -> Page:
    """The versions of one page."""
    about_tags = [clause for clause in query.filter if clause.entity is Entity.TAG]
    names = [clause for clause in query.filter if clause.key == "name" and clause.entity is not Entity.TAG]
    others = [clause for clause in query.filter if clause.entity is Entity.ATTRIBUTE and clause.key != "name"]
    of_names, is_narrow = _names(tx, query.workspace_id, names)
    rarest = None if is_narrow else _rarest(tx, about_tags, "model_version_tags")
    is_narrow = is_narrow or rarest is not None or any(map(_names_runs, others))
    tests = [_base(query, is_narrow=is_narrow), *of_names]
    tests += [_attribute(tx.dialect, clause) for clause in others]
    tests += [_tag(tx.dialect, clause, "model_version_tags", "version_id", rarest) for clause in about_tags]
    columns = [_column(tx.dialect, _VERSION_COLUMNS, key) for key in query.order]
    columns[0] = Column(_MODEL_OF_VERSION, columns[0].rank, columns[0].value, columns[0].descending)
    return _page(tx, "model_versions", tests, columns, query)


def _page(tx: Tx, table: str, tests: list[Sql], columns: Sequence[Column], query: Query) -> Page:
    if query.after is not None:  # told apart from what follows, so that an index can begin there
        first = columns[0]
        tests.append(sql(f"{first.value} {'<=' if first.descending else '>='} ?", query.after[0][1]))
    return page(tx, table, tests, columns=columns, limit=query.limit, position=query.after)


def _base(query: Query, *, is_narrow: bool) -> Sql:
    """The workspace's; the index that lists them in order is hidden (by the plus) where others lead to few of them."""
    column = "+t.workspace_id" if is_narrow else "t.workspace_id"
    return sql(f"{column} = ? AND t.is_prompt = ?", query.workspace_id, query.prompts)


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


def _names_runs(clause: Clause) -> bool:
    """Whether a clause leads to the versions of some runs; very many have none."""
    values = clause.value if isinstance(clause.value, tuple) else (clause.value,)
    return clause.key == "run_id" and clause.comparator in (Comparator.EQ, Comparator.IN) and "" not in values


def _names(tx: Tx, workspace_id: int, clauses: Sequence[Clause]) -> tuple[list[Sql], bool]:
    """Tests of a version's model, and whether they name few models: then these are named by their rows."""
    if not clauses:
        return [], False
    statement = fill(
        "SELECT n.id FROM registered_models n WHERE n.workspace_id = ? AND {tests} LIMIT ?",
        tests=all_of(_name(tx.dialect, "n.name", clause) for clause in clauses),
    )
    ids = [row[0] for row in tx.sql(statement.text, (workspace_id, *statement.parameters, _FEW + 1))]
    if len(ids) > _FEW:
        return [_name(tx.dialect, "m.name", clause) for clause in clauses], False
    if len(ids) == 1:
        return [sql("t.model_id = ?", ids[0])], True
    condition, parameter = tx.any_of(ids)
    return [sql(f"t.model_id {condition}", parameter)], True


def _rarest(tx: Tx, clauses: Sequence[Clause], table: str) -> Clause | None:
    """The clause about tags to look up: the one that the fewest things can meet, if those are few."""
    counted = {clause: _count(tx, clause, table) for clause in clauses if _bounds(clause)}
    rarest = min(counted, key=lambda clause: counted[clause]) if counted else None
    return rarest if rarest is not None and counted[rarest] <= _FEW else None


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


def _tag(dialect: Dialect, clause: Clause, table: str, owner: str, rarest: Clause | None) -> Sql:
    if clause.comparator in (Comparator.IS_NULL, Comparator.IS_NOT_NULL):
        negation = "NOT " if clause.comparator is Comparator.IS_NULL else ""
        return sql(
            f"{negation}EXISTS (SELECT 1 FROM {table} x WHERE x.{owner} = t.id AND x.key = ?)",  # noqa: S608
            clause.key,
        )
    tests = all_of([*_bounds(clause), text_test(dialect, "x.value", clause)])
    template = (
        f"t.id IN (SELECT x.{owner} FROM {table} x WHERE {{key}} AND {{tests}})"  # noqa: S608
        if clause is rarest
        else f"EXISTS (SELECT 1 FROM {table} x WHERE x.{owner} = t.id AND {{key}} AND {{tests}})"  # noqa: S608
    )
    return fill(template, key=sql("x.key = ?", clause.key), tests=tests)
