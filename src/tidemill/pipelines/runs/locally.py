"""Tasks that the engine does itself, since nothing of a user's runs in them: importers, volumes made and removed."""

import asyncio
from dataclasses import replace

from tidemill.core.database import Database
from tidemill.core.identity import Scope
from tidemill.kit.errors import InvalidError
from tidemill.pipelines.plan.models import Artifact, Execute, Outputs
from tidemill.pipelines.runs import store
from tidemill.pipelines.runs.importing import import_artifact
from tidemill.pipelines.runs.models import PipelineRun
from tidemill.pipelines.runs.volumes import CREATE_IMAGE, DELETE_IMAGE, Volumes

_OURS = "tidemill://runs/"


class LocalTasks:
    """Does such tasks; each may be done again after a crash."""

    def __init__(self, database: Database, scope: Scope, volumes: Volumes) -> None:
        self._database = database
        self._scope = scope
        self._volumes = volumes

    async def done(self, command: Execute, run: PipelineRun) -> Outputs | None:
        """What came of a task; None where it is none of these. Raises InvalidError and NotFoundError."""
        executor = command.task.executor
        if executor is not None and executor.importer is not None:
            return await self._imported(import_artifact(command))
        image = executor.container.image if executor is not None and executor.container is not None else ""
        if image == CREATE_IMAGE:
            name = await asyncio.to_thread(self._volumes.create, _volume_name(command, run))
            return Outputs({"name": name})
        if image == DELETE_IMAGE:
            await asyncio.to_thread(self._volumes.delete, str(command.inputs.parameters.get("pvc_name", "")))
            return Outputs()
        return None

    async def _imported(self, outputs: Outputs) -> Outputs:
        """With the content of artifacts that are ours."""
        found = {name: [await self._with_content(each) for each in given] for name, given in outputs.artifacts.items()}
        return Outputs(outputs.parameters, {name: tuple(given) for name, given in found.items()})

    async def _with_content(self, artifact: Artifact) -> Artifact:
        if not artifact.uri.startswith(_OURS):
            return artifact
        run, _, rest = artifact.uri.removeprefix(_OURS).partition("/")
        path, _, name = rest.rpartition("/")
        made = await self._database.read(lambda tx: store.artifact(tx, self._scope, run, path, name))
        if made is None:
            raise InvalidError(
                f"no run of this workspace has made {artifact.uri[:200]!r}",
                hint="an artifact is there for as long as the run that made it",
            )
        return replace(artifact, id=made.id, metadata={**made.metadata, **artifact.metadata})


def _volume_name(command: Execute, run: PipelineRun) -> str:
    given = command.inputs.parameters
    name, suffix = given.get("pvc_name"), given.get("pvc_name_suffix")
    if bool(name) == bool(suffix):
        raise InvalidError("a volume has a name or a suffix of one", hint="give pvc_name or pvc_name_suffix, not both")
    return str(name) if name else f"{run.uuid}{suffix}"
