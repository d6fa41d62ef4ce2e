"""A search of runs as it is asked, and the frame that every statement of it is confined to."""

from dataclasses import dataclass

from tidemill.core.database import Dialect, Tx
from tidemill.core.search import Clause, Entity, OrderKey, Sql, all_of, is_in, sql
from tidemill.core.search import Position as Position
from tidemill.tracking.experiments.models import Stage, View

START = OrderKey(Entity.ATTRIBUTE, "start_time", descending=True)
RUN_ID = OrderKey(Entity.ATTRIBUTE, "run_id")


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which runs, in which order, which part of them.

    `roots` leaves out the runs whose parent is among those that the query searches, whether its filter finds it or
    not. `experiment_ids` None means all of the workspace, empty means none. `after` is the `Page.next` of the page
    before; `offset` skips from there.
    """

    workspace_id: int
    experiment_ids: tuple[int, ...] | None
    filter: tuple[Clause, ...] = ()
    order_by: tuple[OrderKey, ...] = ()
    view: View = View.ACTIVE_ONLY
    limit: int = 1000
    offset: int = 0
    after: Position | None = None
    roots: bool = False

    @property
    def keys(self) -> tuple[OrderKey, ...]:
        """The whole order: what was asked, then newest first, then by run id, which nothing can tie."""
        asked = {(key.entity, key.key) for key in self.order_by}
        ties = [key for key in (START, RUN_ID) if (key.entity, key.key) not in asked]
        keys = (*self.order_by, *ties)
        last = next(index for index, key in enumerate(keys) if (key.entity, key.key) == (RUN_ID.entity, RUN_ID.key))
        return keys[: last + 1]


@dataclass(frozen=True, slots=True)
class Frame:
    """The experiments and stages that are searched; the ids are known to be the workspace's own."""

    experiment_ids: tuple[int, ...]
    stages: tuple[Stage, ...]

    @property
    def parts(self) -> int:
        """How many stretches of an index that begins with experiment and stage the frame covers."""
        return len(self.experiment_ids) * len(self.stages)

    def holds(self, tx: Tx, alias: str) -> Sql:
        """That a row of `runs` is within."""
        stages = is_in(tx.dialect, f"{alias}.lifecycle_stage", [str(stage) for stage in self.stages])
        return all_of([self.in_experiments(tx, alias), stages])

    def in_experiments(self, tx: Tx, alias: str) -> Sql:
        """That a row of any table with an experiment_id is of these experiments."""
        if len(self.experiment_ids) == 1:
            return sql(f"{alias}.experiment_id = ?", self.experiment_ids[0])
        condition, parameter = tx.any_of(self.experiment_ids)
        return sql(f"{alias}.experiment_id {condition}", parameter)


def frame_of(tx: Tx, query: RunQuery) -> Frame | None:
    """The frame of a query; None where it holds nothing. Experiments of other workspaces are left out."""
    # PostgreSQL would compile some of a search's statements for 100 ms, to save one: not in this transaction.
    columns = "id" if tx.dialect is Dialect.SQLITE else "id, set_config('jit', 'off', true)"
    mine = f"SELECT {columns} FROM experiments WHERE workspace_id = ?"  # noqa: S608
    if query.experiment_ids is None:
        rows = tx.sql(f"{mine} ORDER BY id", (query.workspace_id,))
    else:
        condition, parameter = tx.any_of(sorted(set(query.experiment_ids)))
        rows = tx.sql(f"{mine} AND id {condition} ORDER BY id", (query.workspace_id, parameter))
    return Frame(tuple(row[0] for row in rows), query.view.stages) if rows else None
