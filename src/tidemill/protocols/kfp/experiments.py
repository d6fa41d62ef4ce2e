"""Kubeflow's experiment endpoints. Its experiments are those of tracking: one list, whoever made them."""

from collections.abc import Mapping, Sequence

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.pipelines import Kind, Listing, Operation
from tidemill.protocols.kfp.endpoints import Endpoint
from tidemill.protocols.kfp.listing import Attribute, page_of
from tidemill.protocols.kfp.messages import ARCHIVED, AVAILABLE, ListQuery, check_namespace, listing_of
from tidemill.protocols.kfp.timestamps import timestamp
from tidemill.tracking import Experiment, Experiments, ExperimentSearch, Stage, Tag, View

ARCHIVED_TAG = "tidemill.kfp.archived"
NOTE_TAG = "mlflow.note.content"
"""Where MLflow keeps what an experiment is for."""

_LOADED_AT_ONCE = 10_000
_GREATEST_ID = 2**31 - 1
_NAME_KEYS = ("display_name", "name")


class ExperimentIn(msgspec.Struct):
    display_name: str = ""
    description: str = ""
    namespace: str = ""


class ExperimentId(msgspec.Struct):
    experiment_id: str


class WireExperiment(msgspec.Struct, omit_defaults=True):
    experiment_id: str
    display_name: str
    created_at: str
    namespace: str
    storage_state: str
    description: str = ""

    @staticmethod
    def of(scope: Scope, experiment: Experiment) -> "WireExperiment":
        created = timestamp(experiment.created_ms)
        state, note = storage_state(experiment), description(experiment)
        return WireExperiment(str(experiment.id), experiment.name, created, scope.workspace, state, note)


class ExperimentPage(msgspec.Struct, omit_defaults=True):
    experiments: list[WireExperiment] = []
    total_size: int = 0
    next_page_token: str = ""


def description(experiment: Experiment) -> str:
    """What the experiment is for."""
    return _tag(experiment, NOTE_TAG)


def storage_state(experiment: Experiment) -> str:
    """Whether it is put away."""
    return ARCHIVED if _tag(experiment, ARCHIVED_TAG) else AVAILABLE


_ATTRIBUTES: Mapping[str, Attribute[Experiment]] = {
    "id": Attribute(Kind.TEXT, lambda each: str(each.id)),
    "experiment_id": Attribute(Kind.TEXT, lambda each: str(each.id)),
    "name": Attribute(Kind.TEXT, lambda each: each.name),
    "display_name": Attribute(Kind.TEXT, lambda each: each.name),
    "description": Attribute(Kind.TEXT, description),
    "storage_state": Attribute(Kind.TEXT, storage_state),
    "created_at": Attribute(Kind.TIMESTAMP, lambda each: each.created_ms),
}


class ExperimentEndpoints:
    """`experiments/...`"""

    def __init__(self, experiments: Experiments, search: ExperimentSearch) -> None:
        self._experiments = experiments
        self._search = search

    def endpoints(self) -> Sequence[Endpoint]:
        view, edit = Permission.VIEW, Permission.EDIT
        one = "experiments/{experiment_id}"
        return [
            Endpoint("POST", "experiments", edit, ExperimentIn, self.create),
            Endpoint("GET", "experiments", view, ListQuery, self.list_all),
            Endpoint("GET", one, view, ExperimentId, self.get),
            Endpoint("DELETE", one, edit, ExperimentId, self.delete),
            Endpoint("POST", f"{one}:archive", edit, ExperimentId, self.archive),
            Endpoint("POST", f"{one}:unarchive", edit, ExperimentId, self.unarchive),
        ]

    async def create(self, scope: Scope, message: ExperimentIn) -> WireExperiment:
        check_namespace(scope, message.namespace)
        if not message.display_name.strip():
            raise InvalidError("display_name is missing", hint="an experiment has a name")
        tags = [Tag(NOTE_TAG, message.description)] if message.description else []
        made = await self._experiments.create(scope, message.display_name, None, tags)
        return WireExperiment.of(scope, await self._experiments.get(scope, made))

    async def get(self, scope: Scope, message: ExperimentId) -> WireExperiment:
        return WireExperiment.of(scope, await self._active(scope, message.experiment_id))

    async def list_all(self, scope: Scope, message: ListQuery) -> ExperimentPage:
        check_namespace(scope, message.namespace)
        listing = listing_of(message)
        name = _name_asked_for(listing)
        rows = await self._all(scope) if name is None else await self._named(scope, name)
        default_sort, of = "created_at", ("experiments", scope.workspace)
        shown, token = page_of(rows, listing, _ATTRIBUTES, id_of=lambda each: each.id, default_sort=default_sort, of=of)
        return ExperimentPage([WireExperiment.of(scope, each) for each in shown.rows], shown.total, token)

    async def delete(self, scope: Scope, message: ExperimentId) -> Nothing:
        found = await self._active(scope, message.experiment_id)
        await self._experiments.delete(scope, found.id)
        return Nothing()

    async def archive(self, scope: Scope, message: ExperimentId) -> Nothing:
        found = await self._active(scope, message.experiment_id)
        await self._experiments.set_tag(scope, found.id, Tag(ARCHIVED_TAG, "true"))
        return Nothing()

    async def unarchive(self, scope: Scope, message: ExperimentId) -> Nothing:
        found = await self._active(scope, message.experiment_id)
        if storage_state(found) == ARCHIVED:
            await self._experiments.delete_tag(scope, found.id, ARCHIVED_TAG)
        return Nothing()

    async def _active(self, scope: Scope, text: str) -> Experiment:
        """An experiment that is not deleted: to Kubeflow a deleted one is gone."""
        found = await self._experiments.get(scope, experiment_number(text))
        if found.stage is not Stage.ACTIVE:
            raise NotFoundError(f"the experiment {found.id} is deleted", hint="it can be restored on the page")
        return found

    async def _named(self, scope: Scope, name: str) -> list[Experiment]:
        """The one experiment that can pass a filter by name: the client asks so before each run."""
        try:
            found = await self._experiments.get_by_name(scope, name)
        except NotFoundError:
            return []
        return [found] if found.stage is Stage.ACTIVE else []

    async def _all(self, scope: Scope) -> list[Experiment]:
        found: list[Experiment] = []
        token = ""
        while True:
            page = await self._search.page(
                scope, filter_text="", order_by=(), view=View.ACTIVE_ONLY, limit=_LOADED_AT_ONCE, token=token
            )
            found += page.experiments
            if not (token := page.next_token):
                return found


def experiment_number(text: str) -> int:
    """An experiment's id as its number. Raises NotFoundError for what is no experiment's."""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(_GREATEST_ID)) or int(text) > _GREATEST_ID:
        raise NotFoundError(f"there is no experiment with the id {text[:100]!r}", hint="ids are numbers, such as 0")
    return int(text)


def _name_asked_for(listing: Listing) -> str | None:
    for predicate in listing.predicates:
        if predicate.key in _NAME_KEYS and predicate.operation is Operation.EQUALS and len(predicate.values) == 1:
            return str(predicate.values[0])
    return None


def _tag(experiment: Experiment, key: str) -> str:
    return next((tag.value for tag in experiment.tags if tag.key == key), "")
