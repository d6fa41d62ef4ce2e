"""From an artifact's address to the source of its version, and from a version made elsewhere to its artifact."""

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.core.lineage import link
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import TidemillError
from tidemill.registry.announcing import Announcement, Change
from tidemill.registry.catalog.models import ModelVersion, NewVersion, VersionStatus
from tidemill.registry.catalog.origins import resolve
from tidemill.registry.catalog.service.desk import Desk
from tidemill.registry.catalog.store import versions
from tidemill.registry.kubeflow.models import MODEL_ARTIFACT, Hold, ResourceKind, Said
from tidemill.registry.kubeflow.store import resources

LIVE = "LIVE"
_ELSEWHERE = "its files are where its model artifact says; MLflow's clients are not sent there"


def complete(desk: Desk, tx: Tx, scope: Scope, version: ModelVersion, uri: str) -> None:
    """Make a pending version ready by the address of its files: from then on it consists of them.

    An address that no version of MLflow's may have (a web page, a path of a machine) stays the artifact's alone.
    """
    if version.status is not VersionStatus.PENDING or version.source or not uri:
        return
    values: dict[str, object] = {"status": VersionStatus.READY, "status_message": "", "updated_ms": desk.clock()}
    try:
        origin = resolve(tx, scope, NewVersion(name=version.name, source=uri))
    except TidemillError as error:
        if error.status >= 500:
            raise
        values["status_message"] = _ELSEWHERE
    else:
        link(tx, scope, origin.edges(version.model_id, version.version))
        values |= {
            "source": origin.source,
            "storage_location": origin.storage_location,
            "run_id": origin.run_id,
            "logged_model_uuid": origin.logged_model_uuid,
        }
    versions.change(tx, scope, version.id, values)
    details = {key: value for key, value in values.items() if key != "updated_ms"}
    desk.tell(tx, scope, Announcement(Change.VERSION_UPDATED, version.name, version.version, details))


class ArtifactKeeper:
    """An announcer of the registry: a version that was made with a source gets the artifact that says so."""

    def __init__(self, clock: Clock = now_ms) -> None:
        self._clock = clock

    def __call__(self, tx: Tx, scope: Scope, announcement: Announcement) -> None:
        """Add the artifact of a version."""
        source = announcement.details.get("source")
        if announcement.change is not Change.VERSION_CREATED or not isinstance(source, str) or not source:
            return
        found = versions.head(tx, scope, announcement.name, announcement.version)
        if found is not None:
            said, hold = Said(state=LIVE, uri=source), Hold(version_id=found.id)
            name, now = announcement.name, self._clock()
            resources.add(tx, scope, ResourceKind.ARTIFACT, said, hold, now_ms=now, name=name, subkind=MODEL_ARTIFACT)
