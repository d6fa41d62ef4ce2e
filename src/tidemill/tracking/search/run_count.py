"""How many runs a filter finds. The covering indexes count rows quickly, but know nothing of deleted runs."""

from collections.abc import Sequence
from dataclasses import replace

from tidemill.core.database import Tx
from tidemill.core.search import Sql
from tidemill.tracking.experiments.models import Stage
from tidemill.tracking.search import run_statement
from tidemill.tracking.search.run_costs import MOST_COUNTED, Costs, Counts, Gathering
from tidemill.tracking.search.run_query import Frame
from tidemill.tracking.search.run_sources import Condition, listing_source, probe

_EVERYTHING = Sql("1 = 1")
_FEW = 0.2
"""Runs of other stages, as a share of the rows counted, up to which they are rather found and subtracted."""


def count(tx: Tx, frame: Frame, conditions: Sequence[Condition], costs: Costs) -> int:
    """How many runs of the frame meet all conditions."""
    if not conditions:
        return run_statement.count(tx, frame, listing_source(tx, frame, _EVERYTHING), [])
    counts = Counts(tx, frame, costs)
    gathering = counts.best_gathering(counts.listed(conditions, MOST_COUNTED), MOST_COUNTED)
    if gathering.origin.is_runs or any(each.is_attribute for each in gathering.others):
        return run_statement.count(tx, frame, gathering.origin, gathering.tests(tx))
    return _count_by_index(tx, frame, gathering, conditions)


def _count_by_index(tx: Tx, frame: Frame, gathering: Gathering, conditions: Sequence[Condition]) -> int:
    elsewhere = replace(frame, stages=tuple(stage for stage in Stage if stage not in frame.stages))
    if not elsewhere.stages:
        return _count_listed(tx, gathering)
    hidden = listing_source(tx, elsewhere, _EVERYTHING)
    most = int(_FEW * gathering.rows) + 1
    if run_statement.count_up_to(tx, hidden, most) >= most:
        return run_statement.count(tx, frame, gathering.origin, gathering.tests(tx))
    return _count_listed(tx, gathering) - run_statement.count(
        tx, elsewhere, hidden, [probe(tx, each, "r.id") for each in conditions]
    )


def _count_listed(tx: Tx, gathering: Gathering) -> int:
    """Of one condition alone it is known already."""
    if not gathering.others and gathering.rows < MOST_COUNTED:
        return gathering.rows
    return run_statement.count_listed(tx, gathering.origin, gathering.tests(tx))
