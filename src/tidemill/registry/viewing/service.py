"""Use cases of whoever looks at models: lists, one with all that surrounds it, two side by side, and their lineage."""

import asyncio
from collections.abc import Iterable

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.core.lineage import Direction, Kind, Thing
from tidemill.registry.approval import store as approval
from tidemill.registry.approval.evidence import logged_model_of, metrics_of, run_of
from tidemill.registry.approval.finding import found_model, found_version
from tidemill.registry.approval.guard import guarded_names
from tidemill.registry.approval.service import verdicts_of
from tidemill.registry.catalog.origins import version_id
from tidemill.registry.catalog.store import history, reading
from tidemill.registry.facts.models import ModelFacts
from tidemill.registry.facts.service import VersionFacts
from tidemill.registry.viewing import rows, store
from tidemill.registry.viewing.comparing import compared
from tidemill.registry.viewing.models import (
    Comparison,
    HistoryLine,
    LineageGraph,
    Listing,
    ModelDetail,
    ModelRow,
    VersionDetail,
    VersionRow,
)
from tidemill.registry.viewing.tracing import Tracer

_MOST_HISTORY = 100
_BOTH = (Direction.UP, Direction.DOWN)


class RegistryViews:
    """What pages ask for."""

    def __init__(self, database: Database, facts: VersionFacts, tracer: Tracer) -> None:
        self._database = database
        self._facts = facts
        self._tracer = tracer

    async def models(self, scope: Scope, listing: Listing) -> tuple[int, list[ModelRow]]:
        """How many models a listing has in all, and one page of them."""

        def unit(tx: Tx) -> tuple[int, list[ModelRow]]:
            total, ids = store.page_of_models(tx, scope, listing)
            return total, _model_rows(tx, scope, ids)

        return await self._database.read(unit)

    async def model(self, scope: Scope, name: str) -> ModelDetail:
        """A model with its card and its rule. Raises NotFoundError."""

        def unit(tx: Tx) -> ModelDetail:
            head = found_model(tx, scope, name)
            (model,) = reading.models(tx, scope, [head.id])
            (row,) = _model_rows(tx, scope, [head.id], shorten=False)
            return ModelDetail(row, model.card, approval.rule_of(tx, head.id))

        return await self._database.read(unit)

    async def versions(self, scope: Scope, name: str, offset: int, limit: int) -> tuple[int, list[VersionRow]]:
        """How many versions a model has, and a page of them, the greatest number first. Raises NotFoundError."""

        def unit(tx: Tx) -> tuple[int, list[VersionRow]]:
            total, ids = store.page_of_versions(tx, found_model(tx, scope, name).id, offset=offset, limit=limit)
            return total, [rows.version_row(each) for each in reading.versions(tx, scope, ids)]

        return await self._database.read(unit)

    async def history(self, scope: Scope, name: str, limit: int) -> list[HistoryLine]:
        """What happened to the versions of a model, the latest first. Raises NotFoundError."""

        def unit(tx: Tx) -> list[HistoryLine]:
            model = found_model(tx, scope, name)
            past = history.entries(tx, scope, model.id, version=None, before_id=None, limit=limit)
            return [rows.history_line(entry) for entry in past]

        return await self._database.read(unit)

    async def version(self, scope: Scope, name: str, number: int) -> VersionDetail:
        """A version with all that is known of it. Raises NotFoundError."""
        version = await self._database.read(lambda tx: found_version(tx, scope, name, number))
        facts = await self._facts.of(scope, version)
        return await self._database.read(lambda tx: self._detail(tx, scope, name, number, facts))

    async def comparison(self, scope: Scope, left: tuple[str, int], right: tuple[str, int]) -> Comparison:
        """Two versions side by side, of one model or of two. Raises NotFoundError."""
        details = [await self.version(scope, *side) for side in (left, right)]
        return await asyncio.to_thread(compared, *details)

    async def lineage(self, scope: Scope, start: Thing, directions: Iterable[Direction] = _BOTH) -> LineageGraph:
        """Where a thing came from, and what came of it."""
        wanted = tuple(directions)
        return await self._database.read(lambda tx: self._tracer.graph(tx, scope, start, wanted))

    async def thing_of(self, scope: Scope, name: str, number: int) -> Thing:
        """A version as lineage knows it. Raises NotFoundError."""
        version = await self._database.read(lambda tx: found_version(tx, scope, name, number))
        return _thing(version.model_id, number)

    def _detail(self, tx: Tx, scope: Scope, name: str, number: int, facts: ModelFacts) -> VersionDetail:
        version = found_version(tx, scope, name, number)
        (model,) = _model_rows(tx, scope, [version.model_id], shorten=False)
        kept = approval.rule_of(tx, version.model_id)
        run, logged = run_of(tx, scope, version), logged_model_of(tx, scope, version)
        past = history.entries(tx, scope, version.model_id, version=number, before_id=None, limit=_MOST_HISTORY)
        params = logged.params if logged is not None else run.params if run is not None else []
        return VersionDetail(
            version=rows.version_row(version),
            model=model,
            card=version.card,
            facts=facts,
            run=rows.run_brief(run) if run is not None else None,
            logged_model=rows.logged_model_brief(logged) if logged is not None else None,
            params={param.key: param.value for param in params},
            metrics=dict(sorted(metrics_of(run, logged).items())),
            rule=kept,
            checks=list(verdicts_of(tx, scope, version, facts)),
            reports=list(approval.reports_of(tx, version.id).values()),
            used_by=guarded_names(kept.rule, version) if kept is not None else [],
            lineage=self._tracer.graph(tx, scope, _thing(version.model_id, number), _BOTH),
            history=[rows.history_line(entry) for entry in past],
        )


def _thing(model_id: int, number: int) -> Thing:
    return Thing(Kind.MODEL_VERSION, version_id(model_id, number))


def _model_rows(tx: Tx, scope: Scope, ids: list[int], *, shorten: bool = True) -> list[ModelRow]:
    counts, guarded = store.counts_of_models(tx, ids), set(approval.guarded_among(tx, ids))
    return [
        rows.model_row(model, counts.get(model.id, {}), is_guarded=model.id in guarded, shorten=shorten)
        for model in reading.models(tx, scope, ids)
    ]
