"""What is released: a source distribution that holds the built page, and a wheel that is made of it without Node.js."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.architecture import source

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked where there is nothing else."""
    folder = tmp_path_factory.mktemp("sdist")
    _build("sdist", source.ROOT, folder, os.environ["PATH"])
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(path for path in folder.iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def wheel_names(unpacked: Path) -> list[str]:
    """What is in the wheel that the source distribution makes on a machine with no programs at all."""
    _build("wheel", unpacked, unpacked.parent, "/nonexistent")
    with zipfile.ZipFile(next(unpacked.parent.glob("*.whl"))) as archive:
        return archive.namelist()


def test_the_source_distribution_holds_what_a_build_needs(unpacked: Path) -> None:
    for name in (
        "hatch_build.py",
        "scripts/page.py",
        "ui/package-lock.json",
        "LICENSE",
        "src/tidemill/server/page/index.html",
    ):
        assert (unpacked / name).exists(), name
    assert not (unpacked / "ui" / "node_modules").exists()


def test_the_wheel_holds_the_page(wheel_names: list[str]) -> None:
    assert "tidemill/server/page/index.html" in wheel_names
    assert any(name.startswith("tidemill/server/page/assets/") for name in wheel_names)


def test_the_wheel_holds_the_scripts_of_the_demo(wheel_names: list[str]) -> None:
    scripts = {
        f"tidemill/cli/quickstart/{file.name}" for file in (source.ROOT / "examples" / "quickstart").glob("*.py")
    }
    assert len(scripts) >= 4
    assert scripts - set(wheel_names) == set()


def test_the_wheel_holds_the_templates(wheel_names: list[str]) -> None:
    folder = source.ROOT / "examples" / "templates"
    files = {
        f"tidemill/cli/templates/{file.relative_to(folder).as_posix()}"
        for file in folder.rglob("*")
        if file.is_file() and "cache" not in str(file)
    }
    assert {"tidemill/cli/templates/timeseries/data/co2.csv", "tidemill/cli/templates/common/gitignore"} <= files
    assert files - set(wheel_names) == set()


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel_names: list[str]) -> None:
    ours = {f"tidemill/{file.relative_to(source.PACKAGE).as_posix()}" for file in source.PACKAGE.rglob("*.py")}
    assert ours - set(wheel_names) == set()
    assert {name.split("/")[0] for name in wheel_names if ".dist-info/" not in name} == {"tidemill"}


def _build(target: str, project: Path, folder: Path, path: str) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", folder]
    build = subprocess.run(
        command, cwd=project, env={"PATH": path, "HOME": str(folder)}, capture_output=True, text=True, check=False
    )
    assert build.returncode == 0, build.stdout + build.stderr
