"""What the files of a version say, from the artifacts of its workspace.

The text of an MLmodel is read from the blob store once and kept by its digest: whoever judges a version inside a
transaction, where no store is opened, finds it there.
"""

from collections import OrderedDict
from collections.abc import Sequence

import msgspec

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.kit.errors import ConflictError, DamagedError, TidemillError, UnavailableError
from tidemill.registry.catalog.models import ModelVersion
from tidemill.registry.facts import reading
from tidemill.registry.facts.models import Flavor, Format, ModelFacts, ModelFile, Signature
from tidemill.tracking import (
    ArtifactFile,
    ArtifactPath,
    Artifacts,
    artifacts_below,
    parse_path,
    require_logged_model,
    require_run,
    stored_folder,
)

_MOST_FILES = 1000
_MOST_KEPT = 256
_MOST_REQUIREMENT_BYTES = 256 << 10


class _Said(msgspec.Struct, frozen=True):
    """What an MLmodel file says, or what is wrong with it; what is damaged may be mended under the same digest."""

    problem: str = ""
    is_damaged: bool = False
    flavors: list[Flavor] = []
    loader: str = ""
    mlflow_version: str = ""
    python_version: str = ""
    created: str = ""
    signature: Signature | None = None
    input_example: str = ""
    loads_code: bool = False


class _Place(msgspec.Struct, frozen=True):
    """Where the files of a version lie, and which those are; or why there are none."""

    problem: str = ""
    folder: str = ""
    files: Sequence[ArtifactFile] = ()
    count: int = 0
    size: int = 0

    def file(self, name: str) -> ArtifactFile | None:
        """The file of this name at the top of the folder."""
        return next((each for each in self.files if each.folder == self.folder and each.name == name), None)


class VersionFacts:
    """Reads what versions' files say; nothing of them is ever loaded."""

    def __init__(self, database: Database, artifacts: Artifacts) -> None:
        self._database = database
        self._artifacts = artifacts
        self._kept: OrderedDict[str, _Said] = OrderedDict()

    async def of(self, scope: Scope, version: ModelVersion) -> ModelFacts:
        """All that is known of a version's files. Where the store fails, that is the problem that is told."""
        place = await self._database.read(lambda tx: _place(tx, scope, version))
        try:
            facts = _facts(place, await self._said(place))
            listed = place.file(reading.REQUIREMENTS)
            if listed is None or facts.problem:
                return facts
            content = await self._content(listed, _MOST_REQUIREMENT_BYTES)
        except (DamagedError, UnavailableError) as error:
            return _facts(place, _Said(problem=error.message))
        return msgspec.structs.replace(facts, requirements=reading.requirements_of(content))

    async def prepare(self, scope: Scope, version: ModelVersion) -> None:
        """Read what `within` will need. Raises UnavailableError where the store cannot be reached."""
        await self._said(await self._database.read(lambda tx: _place(tx, scope, version)))

    def within(self, tx: Tx, scope: Scope, version: ModelVersion) -> ModelFacts:
        """The same inside a transaction, but for the requirements. Raises ConflictError where it was not prepared."""
        place = _place(tx, scope, version)
        mlmodel = place.file(reading.MLMODEL)
        said = _Said() if mlmodel is None else self._kept.get(mlmodel.digest)
        if said is None:
            raise ConflictError(
                f"the files of version {version.version} of {version.name!r} changed while it was judged",
                hint="send the request again",
            )
        return _facts(place, said)

    async def _said(self, place: _Place) -> _Said:
        mlmodel = place.file(reading.MLMODEL)
        if mlmodel is None:
            return _Said()
        known = self._kept.get(mlmodel.digest)
        if known is None or known.is_damaged:
            known = await self._read(mlmodel)
            self._kept[mlmodel.digest] = known
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(mlmodel.digest)
        return known

    async def _read(self, mlmodel: ArtifactFile) -> _Said:
        if mlmodel.size > reading.MOST_BYTES:
            return _Said(problem=f"its MLmodel file is larger than {reading.MOST_BYTES >> 20} MiB")
        try:
            return _said_of(reading.read_document(await self._content(mlmodel, reading.MOST_BYTES)))
        except reading.UnreadableError as error:
            return _Said(problem=str(error))
        except DamagedError as error:
            return _Said(problem=error.message, is_damaged=True)

    async def _content(self, file: ArtifactFile, most: int) -> bytes:
        async with self._artifacts.open(file, 0, min(file.size, most)) as opened:
            return b"".join([chunk async for chunk in opened.chunks])


def _place(tx: Tx, scope: Scope, version: ModelVersion) -> _Place:
    try:
        folder = _folder(tx, scope, version)
        if folder is None:
            return _Place(problem=f"its files lie outside this server: {version.source[:200]}")
        path = parse_path(folder)
    except TidemillError as error:
        return _Place(problem=f"its files cannot be found: {error.message}")
    found, count, size = artifacts_below(tx, scope, path, _MOST_FILES)
    if not found:
        return _Place(problem="its files are not in the artifact store", folder=folder)
    return _Place("", folder, found, count, size)


def _folder(tx: Tx, scope: Scope, version: ModelVersion) -> str | None:
    """Where a version's files lie in our store: its storage location where it has one, else what its source names."""
    for uri in (version.storage_location, version.source):
        folder = stored_folder(uri) if uri else None
        if folder is not None:
            return folder
    scheme, _, rest = version.source.partition(":/")
    if scheme == "runs":
        run, _, path = rest.strip("/").partition("/")
        return _below(stored_folder(require_run(tx, scope, run).artifact_uri), path)
    if version.logged_model_uuid:
        model = require_logged_model(tx, scope, version.logged_model_uuid, deleted_too=True)
        return stored_folder(model.artifact_uri)
    return None


def _below(folder: str | None, path: str) -> str | None:
    below: ArtifactPath = parse_path(path)
    return None if folder is None else f"{folder}/{below.text}".rstrip("/")


def _said_of(document: reading.Document) -> _Said:
    text = reading.text_at
    return _Said(
        flavors=reading.flavors_of(document),
        loader=text(document, "flavors", "python_function", "loader_module"),
        mlflow_version=text(document, "mlflow_version"),
        python_version=text(document, "flavors", "python_function", "python_version"),
        created=text(document, "utc_time_created"),
        signature=reading.signature_of(document),
        input_example=text(document, "saved_input_example_info", "artifact_path"),
        loads_code=reading.loads_code(document),
    )


def _facts(place: _Place, said: _Said) -> ModelFacts:
    if place.problem:
        return ModelFacts(problem=place.problem, folder=place.folder)
    files = [_file(place.folder, each) for each in place.files]
    format_, unsafe = reading.format_of(files, loads_code=said.loads_code)
    if format_ is Format.SAFE and place.count > len(files):
        format_ = Format.UNKNOWN  # what is not listed may be anything
    has_example = any(each.path == said.input_example for each in files)
    missing = "" if place.file(reading.MLMODEL) is not None else "it has no MLmodel file"
    return ModelFacts(
        problem=said.problem or missing,
        folder=place.folder,
        format=format_,
        unsafe_files=unsafe,
        flavors=said.flavors,
        loader=said.loader,
        mlflow_version=said.mlflow_version,
        python_version=said.python_version,
        created=said.created,
        signature=said.signature,
        input_example=said.input_example if has_example else "",
        size=place.size,
        file_count=place.count,
        files=files,
    )


def _file(folder: str, file: ArtifactFile) -> ModelFile:
    inner = file.folder[len(folder) :].strip("/")
    return ModelFile(f"{inner}/{file.name}".lstrip("/"), file.size, file.digest)
