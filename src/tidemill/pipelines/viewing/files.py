"""The files that an artifact consists of, by the digests that its step handed in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.pipelines.plan.models import Artifact, Instance
from tidemill.pipelines.runs.launching import content_of
from tidemill.tracking import ArtifactFile, ArtifactPath, Entry

_ENDINGS = {"system.HTML": ".html", "system.Markdown": ".md"}
"""By which a browser knows what kfp's artifacts without an ending are."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An artifact of a task: the input or output, and the number of it where that is a list."""

    task: str
    name: str
    number: int = 0
    of_inputs: bool = False


def artifact_of(instance: Instance, chosen: Chosen) -> Artifact:
    """The artifact that is meant. Raises NotFoundError, which says what there is."""
    given = (instance.inputs if chosen.of_inputs else instance.outputs).artifacts
    listed = given.get(chosen.name, ())
    if not 0 <= chosen.number < len(listed):
        side = "took" if chosen.of_inputs else "made"
        known = ", ".join(sorted(given)) or "none"
        raise NotFoundError(
            f"the task {instance.path!r} {side} no artifact {chosen.name[:100]!r} of the number {chosen.number}",
            hint=f"artifacts that it {side}: {known}"[:1000],
        )
    return listed[chosen.number]


def files_of(artifact: Artifact) -> Mapping[str, tuple[str, int]]:
    """Digest and size by path below the artifact. Raises InvalidError for one that lies outside this server.

    An artifact that is one file has it under a name of its own, with an ending that says what it is.
    """
    if not artifact.id:
        raise InvalidError(
            f"the artifact {artifact.name[:100]!r} lies outside this server, at {artifact.uri[:200]!r}",
            hint="read it with the client of the store that it is in",
        )
    found = content_of(artifact)
    return {(path or name_of(artifact)): (digest, size) for path, (digest, size) in found.items()}


def name_of(artifact: Artifact) -> str:
    """What a single file is called: the artifact's name, or that of its place, as a file's name."""
    name = artifact.name.rsplit("/", 1)[-1] or artifact.uri.rstrip("/").rsplit("/", 1)[-1] or "artifact"
    ending = _ENDINGS.get(artifact.type.schema_title, "")
    return name if name.lower().endswith(ending) else f"{name}{ending}"


def entries_of(files: Mapping[str, tuple[str, int]], folder: ArtifactPath) -> list[Entry]:
    """What lies directly in a folder, by name."""
    found: dict[str, Entry] = {}
    for rest, size in _below(files, folder):
        name, _, deeper = rest.partition("/")
        found.setdefault(name, Entry(name, None if deeper else size))
    return [found[name] for name in sorted(found)]


def file_at(files: Mapping[str, tuple[str, int]], path: ArtifactPath, written_ms: int) -> ArtifactFile:
    """The file of this path; the only one where it is empty. Raises NotFoundError, InvalidError for a folder."""
    text = path.text
    if not text and len(files) == 1:
        text = next(iter(files))
    if text in files:
        digest, size = files[text]
        folder, _, name = text.rpartition("/")
        return ArtifactFile(folder, name, digest, size, written_ms)
    if not text or any(_below(files, path)):
        raise InvalidError(f"the path {text!r} is a folder, and not a file", hint="its listing names the files in it")
    raise NotFoundError(f"the artifact has no file {text!r}", hint="its listing names its files")


def _below(files: Mapping[str, tuple[str, int]], folder: ArtifactPath) -> Iterator[tuple[str, int]]:
    above = f"{folder.text}/" if folder.names else ""
    return ((path[len(above) :], size) for path, (_, size) in files.items() if path.startswith(above))
