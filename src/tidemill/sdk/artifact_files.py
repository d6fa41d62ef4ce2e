"""The files of an artifact of a pipeline run, written to a place of this machine."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from tidemill.kit.errors import AlreadyExistsError, InvalidError
from tidemill.sdk.pipeline_messages import ArtifactEntry
from tidemill.sdk.pipelines import Pipelines


class Made(NamedTuple):
    """An artifact by its task's path, the output that it is, and its number where that is a list."""

    task: str
    name: str
    number: int = 0


def write_files(pipelines: Pipelines, run: str, made: Made, target: Path) -> Iterator[ArtifactEntry]:
    """Write the files of an artifact, one alone to the target itself, or into it where that is a folder.

    Raises AlreadyExistsError for what is there, InvalidError where the artifact lies elsewhere, or a file of it would.
    """
    entries = list(pipelines.artifact_files(run, made.task, made.name, made.number))
    alone = len(entries) == 1 and "/" not in entries[0].path and not target.is_dir()
    for entry in entries:
        file = target if alone else target.joinpath(*_inside(entry.path))
        if file.exists():
            raise AlreadyExistsError(
                f"{file} is there already", hint="remove it, or name another place (with --to, on the command line)"
            )
        file.parent.mkdir(parents=True, exist_ok=True)
        content = pipelines.artifact_content(run, made.task, made.name, entry.path, made.number)
        with content as chunks, file.open("xb") as stream:
            for chunk in chunks:
                stream.write(chunk)
        yield entry


def _inside(path: str) -> tuple[str, ...]:
    """The parts of a path that leads nowhere else: a step is free to call its files what it likes."""
    parts = PurePosixPath(path).parts
    if not parts or PurePosixPath(path).is_absolute() or any(part == ".." or "\\" in part for part in parts):
        raise InvalidError(f"the file {path[:200]!r} would lie outside of the artifact", hint="read it on the page")
    return parts
