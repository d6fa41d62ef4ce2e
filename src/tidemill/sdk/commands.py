"""Commands, with the files that they need."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tidemill.kit.errors import InvalidError, NotFoundError, TooLargeError
from tidemill.sdk.client import Client, digest_of
from tidemill.sdk.futures import Future
from tidemill.sdk.messages import File
from tidemill.sdk.options import Options

Files = Sequence[str | os.PathLike[str]] | Mapping[str, str | os.PathLike[str]]

_MOST_FILES = 1000
_MOST_BYTES = 512 << 20


def run_command(
    client: Client, command: Sequence[str], options: Options, *, files: Files | None = None, replicas: int = 1
) -> Future[None]:
    """Queue a command. Raises NotFoundError for a file that is not there, InvalidError for what cannot be."""
    words = _words(command)
    packed = _Pack()
    for target, source in _chosen(words, files).items():
        packed.add(target, source)
    spec = options.spec(kind="job", command=words, files=tuple(packed.files), replicas=replicas)
    name = options.name or _name_of(words)
    return Future(client, client.submit(spec, name=name, content=packed.content), name, is_command=True)


@dataclass(slots=True)
class _Pack:
    """Files, and their content by digest."""

    files: list[File] = field(default_factory=list[File])
    content: dict[str, bytes] = field(default_factory=dict[str, bytes])
    size: int = 0

    def add(self, target: str, source: Path) -> None:
        """A file, or all files below a folder."""
        if source.is_dir():
            for path in _below(source):
                self._add_file(str(PurePosixPath(target) / path.relative_to(source).as_posix()), path)
        else:
            self._add_file(target, source)

    def _add_file(self, target: str, source: Path) -> None:
        try:
            data, mode = source.read_bytes(), source.stat().st_mode
        except FileNotFoundError:
            raise NotFoundError(f"there is no file {source}", hint="name it as seen from this folder") from None
        digest = digest_of(data)
        self.files.append(File(target, digest, bool(mode & stat.S_IXUSR)))
        self.size += len(data)
        self.content[digest] = data
        if len(self.files) > _MOST_FILES or self.size > _MOST_BYTES:
            raise TooLargeError(
                f"more than {_MOST_FILES} files or {_MOST_BYTES >> 20} MiB are too much to send with a command",
                hint="leave data where it lies, and give the command its place",
            )


def _words(command: Sequence[str]) -> tuple[str, ...]:
    if isinstance(command, str):
        raise InvalidError(f"the command is one text, {command!r}", hint='give its words: ["python", "train.py"]')
    words = tuple(str(word) for word in command)
    if not words or not words[0]:
        raise InvalidError("there is no command", hint='give its words: ["python", "train.py"]')
    return words


def _chosen(words: Sequence[str], files: Files | None) -> dict[str, Path]:
    """Where each file goes → where it is. Without a choice: the files of this folder that the command names."""
    if files is None:
        return {_target(word): Path(word) for word in words if _is_here(word)}
    if isinstance(files, Mapping):
        return {target: Path(source) for target, source in files.items()}
    if isinstance(files, str):
        raise InvalidError(f"files is one text, {files!r}", hint="give a list of paths")
    return {_target(os.fspath(source)): Path(source) for source in files}


def _is_here(word: str) -> bool:
    path = PurePosixPath(word)
    return not path.is_absolute() and ".." not in path.parts and Path(word).is_file()


def _target(source: str) -> str:
    """A path below the folder is kept; of one elsewhere the name."""
    path = PurePosixPath(os.path.normpath(source))
    return path.name if path.is_absolute() or ".." in path.parts else str(path)


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and ".git" not in path.parts:
            yield path


def _name_of(words: Sequence[str]) -> str:
    """The script where an interpreter runs one, else the program."""
    script = next((word for word in words[1:] if Path(word).suffix in (".py", ".sh", ".R", ".jl")), words[0])
    return Path(script).stem[:100]
