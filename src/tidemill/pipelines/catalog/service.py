"""Use cases over pipelines and their versions. Each is one unit of work."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import AlreadyExistsError, InvalidError, NotFoundError
from tidemill.kit.ids import random_hex
from tidemill.pipelines.catalog import store
from tidemill.pipelines.catalog.models import Changes, Origin, Pipeline, PipelineVersion, Spec, Words
from tidemill.pipelines.listing import Listing

MAX_NAME_LENGTH = 200
MAX_TEXT_LENGTH = 10_000
MAX_TAGS = 100
MAX_TAG_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be made."""

    words: Words
    spec: Spec
    origin: Origin = field(default_factory=Origin)


class Catalog:
    """Pipelines of a workspace, and their versions."""

    def __init__(self, database: Database, clock: Clock = now_ms) -> None:
        self._database = database
        self._clock = clock

    async def create(self, scope: Scope, words: Words, first: NewVersion | None = None) -> Pipeline:
        """Make a pipeline, with its first version where there is one: both, or neither."""
        _check(words)
        if first is not None:
            _check(first.words)

        def unit(tx: Tx) -> Pipeline:
            if not store.add(tx, scope, random_hex(), words, self._clock()):
                raise AlreadyExistsError(
                    f"a pipeline named {words.name!r} already exists",
                    hint="add a version to it, or choose another name",
                )
            made = _require_named(tx, scope, words.name)
            if first is not None:
                self._add_version(tx, scope, made, first)
            return made

        return await self._database.write(unit)

    async def get(self, scope: Scope, uuid: str) -> Pipeline:
        """The pipeline of this id."""
        return await self._database.read(lambda tx: _require(tx, scope, uuid))

    async def get_by_name(self, scope: Scope, name: str) -> Pipeline:
        """The pipeline of exactly this name."""
        return await self._database.read(lambda tx: _require_named(tx, scope, name))

    async def list_all(self, scope: Scope, listing: Listing) -> tuple[list[Pipeline], str, int]:
        """A page of pipelines, the token of the next, and how many there are."""
        return await self._database.read(lambda tx: store.page(tx, scope, listing))

    async def change(self, scope: Scope, uuid: str, changes: Changes) -> Pipeline:
        """Change what is said of a pipeline."""

        def unit(tx: Tx) -> Pipeline:
            found = _require(tx, scope, uuid)
            words = _changed(found.words, changes)
            store.change(tx, scope, uuid, words)
            return replace(found, words=words)

        return await self._database.write(unit)

    async def delete(self, scope: Scope, uuid: str, *, cascade: bool = False) -> None:
        """Delete a pipeline; with `cascade` also one that has versions. Runs of it stay, as they keep their spec."""

        def unit(tx: Tx) -> None:
            found = _require(tx, scope, uuid)
            if not cascade and store.has_versions(tx, found):
                raise InvalidError(
                    f"the pipeline {found.words.name!r} has versions",
                    hint="delete them first, or delete with cascade=true",
                )
            store.remove(tx, scope, found)

        await self._database.write(unit)

    async def add_version(self, scope: Scope, pipeline_uuid: str, new: NewVersion) -> PipelineVersion:
        """Add a version to a pipeline."""
        _check(new.words)
        return await self._database.write(
            lambda tx: self._add_version(tx, scope, _require(tx, scope, pipeline_uuid), new)
        )

    async def version(self, scope: Scope, pipeline_uuid: str, uuid: str) -> PipelineVersion:
        """A version of a pipeline; of any pipeline of the workspace where `pipeline_uuid` is empty."""
        return await self._database.read(lambda tx: require_version(tx, scope, pipeline_uuid, uuid))

    async def latest_version(self, scope: Scope, pipeline_uuid: str) -> PipelineVersion:
        """The version of a pipeline that was made last."""
        return await self._database.read(lambda tx: require_version(tx, scope, pipeline_uuid, ""))

    async def list_versions(
        self, scope: Scope, pipeline_uuid: str, listing: Listing
    ) -> tuple[list[PipelineVersion], str, int]:
        """A page of a pipeline's versions, the token of the next, and how many there are."""
        return await self._database.read(
            lambda tx: store.version_page(tx, scope, _require(tx, scope, pipeline_uuid), listing)
        )

    async def change_version(self, scope: Scope, pipeline_uuid: str, uuid: str, changes: Changes) -> PipelineVersion:
        """Change what is said of a version; its spec never changes."""

        def unit(tx: Tx) -> PipelineVersion:
            found = require_version(tx, scope, pipeline_uuid, uuid)
            words = _changed(found.words, changes)
            store.change_version(tx, found, words)
            return replace(found, words=words)

        return await self._database.write(unit)

    async def delete_version(self, scope: Scope, pipeline_uuid: str, uuid: str) -> None:
        """Delete a version. Runs of it stay, as they keep their spec."""
        await self._database.write(lambda tx: store.remove_version(tx, require_version(tx, scope, pipeline_uuid, uuid)))

    def _add_version(self, tx: Tx, scope: Scope, pipeline: Pipeline, new: NewVersion) -> PipelineVersion:
        uuid, now = random_hex(), self._clock()
        if not store.add_version(
            tx, pipeline, PipelineVersion(0, uuid, pipeline.uuid, new.words, new.origin, new.spec, now)
        ):
            raise AlreadyExistsError(
                f"the pipeline {pipeline.words.name!r} already has a version named {new.words.name!r}",
                hint="choose another name: a version never changes",
            )
        return require_version(tx, scope, pipeline.uuid, uuid)


def require_version(tx: Tx, scope: Scope, pipeline_uuid: str, uuid: str) -> PipelineVersion:
    """A version of a pipeline, its latest one without `uuid`; one of any pipeline where `pipeline_uuid` is empty.

    Raises NotFoundError.
    """
    if not uuid:
        found = store.latest_version(tx, scope, pipeline_uuid)
    else:
        found = store.version(tx, scope, pipeline_uuid, uuid) if pipeline_uuid else store.version_of(tx, scope, uuid)
    if found is None and pipeline_uuid:
        pipeline = _require(tx, scope, pipeline_uuid)
        missing = f"no version with the id {uuid[:100]!r}" if uuid else "no version yet"
        raise NotFoundError(f"the pipeline {pipeline.words.name!r} has {missing}", hint="its versions can be listed")
    if found is None:
        raise NotFoundError(f"there is no pipeline version with the id {uuid[:100]!r}")
    return found


def _require(tx: Tx, scope: Scope, uuid: str) -> Pipeline:
    if (found := store.by_uuid(tx, scope, uuid)) is None:
        raise NotFoundError(f"there is no pipeline with the id {uuid[:100]!r}", hint="the pipelines can be listed")
    return found


def _require_named(tx: Tx, scope: Scope, name: str) -> Pipeline:
    if (found := store.by_name(tx, scope, name)) is None:
        raise NotFoundError(
            f"there is no pipeline named {name[:MAX_NAME_LENGTH]!r}", hint="the pipelines can be listed"
        )
    return found


def _changed(words: Words, changes: Changes) -> Words:
    given = {
        "display_name": changes.display_name or (None if changes.display_name is None else words.name),
        "description": changes.description,
        "tags": changes.tags,
    }
    changed = replace(words, **{name: value for name, value in given.items() if value is not None})
    _check(changed)
    return changed


def _check(words: Words) -> None:
    """Refuse words that are too long to show, and a name that says nothing."""
    if not words.name.strip():
        raise InvalidError("a name is missing", hint="a pipeline and a version have a name, of more than spaces")
    for what, text, most in (
        ("name", words.name, MAX_NAME_LENGTH),
        ("display_name", words.display_name, MAX_NAME_LENGTH),
        ("description", words.description, MAX_TEXT_LENGTH),
    ):
        if len(text) > most:
            raise InvalidError(f"{what} has {len(text)} characters, and {most} are the most")
    _check_tags(words.tags)


def _check_tags(tags: Mapping[str, str]) -> None:
    if len(tags) > MAX_TAGS:
        raise InvalidError(f"{len(tags)} tags are given, and {MAX_TAGS} are the most")
    if any(not key or len(key) > MAX_NAME_LENGTH or len(value) > MAX_TAG_LENGTH for key, value in tags.items()):
        raise InvalidError(
            f"a tag has a key of 1 to {MAX_NAME_LENGTH} characters and a value of at most {MAX_TAG_LENGTH}"
        )
