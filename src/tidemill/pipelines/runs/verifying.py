"""Looking for the files of artifacts in the store, and naming those that are damaged or missing by run and task."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from tidemill.core.blobs import BlobStore, Fault, faults_among
from tidemill.core.database import Database, Tx
from tidemill.pipelines.plan.models import Instance, Kind
from tidemill.pipelines.runs import store
from tidemill.pipelines.runs.launching import content_of

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PipelineFinding:
    """A file of an artifact whose bytes are not as they were acknowledged; `what` is the task's path and its output."""

    workspace_id: int
    uuid: str
    what: str
    digest: str
    fault: Fault


class PipelineCheck:
    """Looks for the blobs of all pipeline runs; reads only, and is safe beside a running server."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    async def findings(self, known: Mapping[str, Fault]) -> AsyncIterator[PipelineFinding]:
        """Each file whose blob is among those known to be faulty, or that the store does not hold."""
        last = ""
        while digests := await self._database.read(partial(_digests_after, last=last)):
            last = digests[-1]
            faults = await faults_among(self._blobs, digests, known)
            for digest, fault in faults.items():
                for finding in await self._database.read(partial(_uses, digest=digest, fault=fault)):
                    yield finding


def _digests_after(tx: Tx, last: str) -> list[str]:
    """The next few blobs that some run needs, in order."""
    query = "SELECT DISTINCT digest FROM pipeline_blobs WHERE digest > ? ORDER BY digest LIMIT ?"
    return [row[0] for row in tx.sql(query, (last, _AT_ONCE))]


def _uses(tx: Tx, digest: str, fault: Fault) -> list[PipelineFinding]:
    query = """SELECT r.workspace_id, r.uuid, r.id FROM pipeline_blobs b JOIN pipeline_runs r ON r.id = b.run_id
    WHERE b.digest = ? ORDER BY r.id"""
    return [
        PipelineFinding(workspace_id, uuid, what, digest, fault)
        for workspace_id, uuid, run_id in tx.sql(query, (digest,))
        for row in store.tasks(tx, run_id)
        if row.instance.kind is Kind.EXECUTOR  # what others hand on is named by who made it
        for what in _files(row.instance, digest)
    ]


def _files(instance: Instance, digest: str) -> Iterator[str]:
    """Where a blob is among what a task has made."""
    for name, artifacts in instance.outputs.artifacts.items():
        for artifact in artifacts:
            for below, (of_file, _) in content_of(artifact).items():
                if of_file == digest:
                    yield "/".join(filter(None, (instance.path, name, below)))
