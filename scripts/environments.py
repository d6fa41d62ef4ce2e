"""Makes the virtual environments: `python -m scripts.environments main mlflow2 skinny kfp models`.

`.venv` holds Tidemill itself (editable), the tools and the newest mlflow client; the older and the smaller client
live in `.setup/mlflow2` and `.setup/skinny`, and Kubeflow Pipelines' in `.setup/kfp`, because their requirements
exclude each other; `.setup/models` has Tidemill beside the frameworks whose models it loads. The packages come from
`pyproject.toml`, their versions from `requirements/*.txt` (`make lock`). An environment whose content is unchanged is
left alone.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts import stamps, system, terminal

ROOT = terminal.ROOT
# An editable install needs no page: `make page` builds it where the machine's Node.js can be used.
_WITHOUT_PAGE = {"TIDEMILL_BUILD_PAGE": "no"}
# uv looks for wheels on this machine's disk where pip does: that of PyTorch without CUDA may be there.
_AS_PIP = {"UV_FIND_LINKS": os.environ["PIP_FIND_LINKS"]} if os.environ.get("PIP_FIND_LINKS") else {}


@dataclass(frozen=True)
class Environment:
    """One virtual environment: where it lies, and what goes in."""

    name: str
    folder: Path
    groups: tuple[str, ...]
    project: str | None = None
    optional: bool = False

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        return self.folder / ".installed-from"

    @property
    def lock(self) -> Path:
        return ROOT / "requirements" / f"{self.name}.txt"


ENVIRONMENTS = {
    environment.name: environment
    for environment in (
        Environment("main", ROOT / ".venv", ("dev", "clients"), project=".[postgres]"),
        Environment("mlflow2", ROOT / ".setup" / "mlflow2", ("mlflow2",), optional=True),
        Environment("skinny", ROOT / ".setup" / "skinny", ("skinny",), optional=True),
        Environment("kfp", ROOT / ".setup" / "kfp", ("kfp",), optional=True),
        Environment("models", ROOT / ".setup" / "models", ("models",), project=".", optional=True),
    )
}


def main(names: list[str]) -> int:
    """Make the named environments, all of them without names."""
    for environment in [ENVIRONMENTS[name] for name in names or ENVIRONMENTS]:
        try:
            make(environment)
        except (subprocess.CalledProcessError, terminal.SetupError) as error:
            if not environment.optional or terminal.in_ci():
                print(f"error: {environment.folder.relative_to(ROOT)} could not be made: {error}", file=sys.stderr)
                return 1
            terminal.warn(f"{environment.name} could not be made: {error}\nThe tests that need it are skipped.")
    return 0


def make(environment: Environment) -> None:
    """Bring one environment to what the project's files say."""
    digest = _digest(environment)
    if stamps.is_fresh(environment.stamp, digest) and terminal.succeeds([environment.python, "-c", ""]):
        return
    terminal.step(f"Installing Python packages into {environment.folder.relative_to(ROOT)}")
    environment.stamp.unlink(missing_ok=True)
    if not terminal.succeeds([environment.python, "-c", ""]):
        _create(environment)
    _install(environment)
    stamps.write(environment.stamp, digest)


def lock_command(environment: Environment) -> list[str | Path]:
    """How `make lock` resolves an environment's packages for every Python and system at once."""
    inputs: list[str | Path] = ["pyproject.toml", "--extra", "postgres"] if environment.project else []
    groups = [word for group in environment.groups for word in ("--group", group)]
    options = ["--universal", "--python-version", "3.11", "--no-header", "--no-annotate", "--quiet", "--upgrade"]
    return ["pip", "compile", *inputs, *groups, *options, "--output-file", environment.lock]


def find_uv(environment: Environment) -> Path | str | None:
    """uv, some twenty times as quick as pip: on the PATH, or in the environment."""
    beside = environment.folder / "bin" / "uv"
    return next((uv for uv in ("uv", beside) if terminal.succeeds([uv, "--version"])), None)


def _digest(environment: Environment) -> str:
    """What decides an environment's content: who asks, the project's metadata, and the locked versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    metadata = [project.get(table) for table in ("build-system", "project", "dependency-groups")]
    lock = environment.lock.read_text() if environment.lock.exists() else ""
    return stamps.digest_of([sys.version, str(ROOT), repr(environment), json.dumps(metadata), lock])


def _create(environment: Environment) -> None:
    if environment.folder.exists():
        shutil.rmtree(environment.folder)
    if terminal.succeeds(["uv", "--version"]):
        terminal.run(["uv", "venv", "--quiet", "--python", sys.executable, environment.folder])
        return
    venv = [sys.executable, "-m", "venv", environment.folder]
    # Debian's Python comes without the means to make environments; they are a package of their own.
    if not _succeeds(venv) and (system.install(["python3-venv"]) is not None or not _succeeds(venv)):
        raise terminal.SetupError(
            f"{sys.executable} cannot make virtual environments",
            "install its venv module (Debian: apt-get install python3-venv) or uv, and try again",
        )


def _install(environment: Environment) -> None:
    words: list[str | Path] = [word for group in environment.groups for word in ("--group", group)]
    if environment.project:
        words += ["--editable", environment.project]
    if environment.lock.exists():
        words += ["--constraint", environment.lock]
    pip = [environment.python, "-m", "pip"]
    uv = find_uv(environment)
    if uv is None and _succeeds([*pip, "install", "--quiet", "uv"]):
        uv = find_uv(environment)
    if uv is not None and _succeeds([uv, "pip", "install", "--quiet", "--python", environment.python, *words]):
        return
    if uv is not None:  # behind a proxy of its own certificate, say, which pip has been told of and uv has not
        terminal.warn("uv could not install the packages; trying pip, which takes longer")
        terminal.run([environment.python, "-m", "ensurepip"])
    terminal.run([*pip, "install", "--quiet", "--upgrade", "pip>=25.1"])  # the first that knows --group
    terminal.run([*pip, "install", "--quiet", *words], env=_WITHOUT_PAGE)


def _succeeds(command: Sequence[str | Path]) -> bool:
    try:
        terminal.run(command, env={**_WITHOUT_PAGE, **_AS_PIP})
    except subprocess.CalledProcessError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
