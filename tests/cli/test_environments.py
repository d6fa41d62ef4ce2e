"""`tidemill env` against a running server that builds from a directory of wheels."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Answer, Cli
from tests.plugins.server import TidemillProcess


def make_wheel(folder: Path, name: str) -> None:
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    folder = tmp_path_factory.mktemp("env")
    (folder / "wheels").mkdir()
    make_wheel(folder / "wheels", "tidy")
    data = folder / "data"
    data.mkdir(mode=0o700)
    (data / "config.toml").write_text(f'wheels = "{folder / "wheels"}"\n')
    with TidemillProcess(data) as server:
        yield server


def test_an_environment_is_built_listed_shown_and_removed(cli: Cli, server: TidemillProcess) -> None:
    def env(*words: str) -> Answer:
        return cli("env", *words, env={"TIDEMILL_URI": server.uri})

    assert env("list", "-o", "json").rows() == []
    built = env("build", "Tidy", "-o", "json").rows()
    assert (built["state"], built["requirements"]) == ("ready", ["tidy"])
    short = built["hash"][:12]
    assert short in env("list").ok().out
    assert env("show", short, "-o", "json").rows()["hash"] == built["hash"]
    assert "tidy" in env("show", short, "--log").ok().out
    missing = env("build", "no-such-package")
    assert missing.status == 1
    assert "no-such-package" in missing.err
    env("build", "--", "-e .").fails("-e")
    env("remove", short).ok()
    env("show", short).fails("there is no environment")


def test_requirements_can_come_from_a_file(cli: Cli, server: TidemillProcess, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("# what it needs\ntidy==1.0\n")
    words = ("env", "build", "-r", "requirements.txt", "-o", "json")
    assert cli(*words, env={"TIDEMILL_URI": server.uri}).rows()["requirements"] == ["tidy==1.0"]


def test_gc_removes_what_no_job_has_used_for_long(cli: Cli, server: TidemillProcess) -> None:
    cli("env", "build", "tidy", env={"TIDEMILL_URI": server.uri}).ok()

    def freed(*words: str) -> dict[str, Any]:
        rows = cli("gc", "--data-dir", server.data_dir, "-o", "json", *words).rows()
        return next(row for row in rows if row["what"] == "environments")

    assert freed()["count"] == 0
    expected = freed("--environments-unused-for", "0s", "--dry-run")
    assert (expected["count"] > 0, expected["bytes"] > 0) == (True, True)
    assert freed("--environments-unused-for", "0s") == expected
    assert list((server.data_dir / "environments").glob("*/bin")) == []
