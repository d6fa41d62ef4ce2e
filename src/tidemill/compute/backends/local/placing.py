"""The work folder of a process: made, and filled with the files that its launch brings."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from tidemill.compute.backends.port import PlacedFile
from tidemill.kit.errors import InvalidError

_PLAIN_MODE = 0o600
_PROGRAM_MODE = 0o700


def fill_folder(folder: Path, files: Sequence[PlacedFile]) -> None:
    """Make a folder and put files into it. Raises InvalidError for a path that leads out of it, and OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in files:
        path = folder / path_inside(file.path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(file.content)
        path.chmod(_PROGRAM_MODE if file.executable else _PLAIN_MODE)


def path_inside(text: str) -> PurePosixPath:
    """A path below a work folder. Raises InvalidError for any other."""
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in text:
        raise InvalidError(f"a file cannot be placed at {text!r}", hint="give a path below the work folder")
    return path
