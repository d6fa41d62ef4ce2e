"""A directory of wheels, which needs no network, and environments made from it."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tidemill.compute.environments import Environments, Sources
from tidemill.core.database import Database
from tidemill.kit.clock import Clock, now_ms

MakeWheel = Callable[..., Path]
MakeEnvironments = Callable[..., Environments]


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder


@pytest.fixture
def make_wheel(wheels: Path) -> MakeWheel:
    """Puts a real wheel into the directory: a module that knows its version, and a command that prints it."""

    def make(name: str, version: str = "1.0", *, needs: tuple[str, ...] = (), body: str = "") -> Path:
        info = f"{name}-{version}.dist-info"
        requires = "".join(f"Requires-Dist: {need}\n" for need in needs)
        files = {
            f"{name}.py": f"version = {version!r}\ndef main():\n    print(version)\n{body}",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/entry_points.txt": f"[console_scripts]\nsay-{name} = {name}:main\n",
        }
        record = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
        path = wheels / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for inner, content in {**files, f"{info}/RECORD": record}.items():
                archive.writestr(inner, content)
        return path

    return make


@pytest.fixture
def make_environments(sqlite: Database, tmp_path: Path, wheels: Path) -> MakeEnvironments:
    """What a server of this machine has, or another's with another folder."""

    def make(folder: str = "environments", *, path: str = os.environ["PATH"], clock: Clock = now_ms) -> Environments:
        variables = {"PATH": path, "HOME": str(tmp_path)}
        return Environments(sqlite, tmp_path / folder, Sources(wheels=wheels), variables, clock=clock)

    return make


@pytest.fixture
def environments(make_environments: MakeEnvironments) -> Environments:
    return make_environments()
