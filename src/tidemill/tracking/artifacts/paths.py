"""Logical artifact paths: text that is only ever a key, checked once, here.

No path of a client is ever joined to a folder of this machine, so none of these rules guards a file system; they keep
clients, which do write artifacts to disk under the same names, from being led astray, and refuse what MLflow refuses.
"""

from dataclasses import dataclass
from urllib.parse import unquote

from tidemill.kit.errors import InvalidError

MAX_PATH_BYTES = 4096
MAX_NAME_BYTES = 255
_MAX_DECODINGS = 10
# Control characters, what MLflow's clients take for a fragment, and what a URL that was no UTF-8 decodes to.
_FORBIDDEN = {*map(chr, range(32)), "\x7f", "#", "\ufffd"}


@dataclass(frozen=True, slots=True)
class ArtifactPath:
    """A checked path below the root of a workspace's artifacts; empty for the root itself."""

    names: tuple[str, ...]

    @property
    def text(self) -> str:
        return "/".join(self.names)

    @property
    def folder(self) -> str:
        """The path of the folder that holds it."""
        return "/".join(self.names[:-1])

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def ancestors(self) -> list["ArtifactPath"]:
        """Every folder above it but the root, outermost first."""
        return [ArtifactPath(self.names[:length]) for length in range(1, len(self.names))]

    def below(self, relative: "ArtifactPath") -> "ArtifactPath":
        """`relative` as seen from this folder."""
        return ArtifactPath((*self.names, *relative.names))


def parse_path(text: str) -> ArtifactPath:
    """Check a path that was decoded once from a URL or query; slashes at its end are dropped.

    Raises InvalidError for a path that is absolute, steps out or sideways (in any encoding), or holds control
    characters, a `#`, or names that no file system takes.
    """
    trimmed = text.rstrip("/") if text.strip("/") else text
    if not trimmed:
        return ArtifactPath(())
    names = tuple(trimmed.split("/"))
    if any(name in ("", ".", "..") for name in names) or _misleads(trimmed):
        raise _invalid("it is absolute or steps out of its folder")
    if set(trimmed) & _FORBIDDEN:
        raise _invalid("it holds a '#', a control character or what is no UTF-8")
    if len(_encoded(trimmed)) > MAX_PATH_BYTES or any(len(_encoded(name)) > MAX_NAME_BYTES for name in names):
        raise _invalid(f"names have at most {MAX_NAME_BYTES} bytes, whole paths at most {MAX_PATH_BYTES}")
    return ArtifactPath(names)


def parse_file_path(text: str) -> ArtifactPath:
    """The same for a path that must name a file."""
    path = parse_path(text)
    if not path.names or text.endswith("/"):
        raise _invalid("it must end with a file's name")
    return path


def _misleads(text: str) -> bool:
    """Whether a client that decodes once more, or many times, would see another place."""
    for _ in range(_MAX_DECODINGS):
        decoded = unquote(text)
        if decoded == text:
            return False
        text = decoded
        names = text.replace("\\", "/").split("/")
        if ".." in names or text.startswith("/") or "\0" in text or "#" in text:
            return True
    return True


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _invalid(reason: str) -> InvalidError:
    return InvalidError(f"Invalid path: {reason}", hint="use a relative path such as plots/loss.png")
