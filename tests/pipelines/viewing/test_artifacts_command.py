"""`tidemill pipeline artifacts`: what tasks made, listed and written."""

from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Cli
from tests.pipelines.viewing.conftest import Place


@pytest.fixture
def artifacts(place: Place, tmp_path: Path) -> "Artifacts":
    return Artifacts(Cli(tmp_path), place)


class Artifacts:
    """The command in an empty home, told of the server."""

    def __init__(self, cli: Cli, place: Place) -> None:
        self.home = cli.home
        self._cli = cli
        self._uri = str(place.client.base_url)

    def __call__(self, *words: str) -> Answer:
        return self._cli("pipeline", "artifacts", *words, env={"TIDEMILL_URI": self._uri})


def test_what_tasks_made_is_listed(artifacts: Artifacts, place: Place) -> None:
    rows = artifacts(place.good, "-o", "json").rows()
    assert {(row["artifact"], row["type"]) for row in rows} == {("make/data", "Dataset"), ("make/page", "HTML")}
    assert "make/data" in artifacts("good").ok().out


def test_the_files_of_an_artifact_are_written(artifacts: Artifacts) -> None:
    artifacts("good", "make/data", "--to", "kept").ok()
    assert (artifacts.home / "kept/rows.csv").read_text() == "a,b\n1,2\n"
    assert (artifacts.home / "kept/deep/x.txt").read_text() == "x\n"
    assert "1 file, " in artifacts("good", "make/page").ok().out
    assert (artifacts.home / "page").read_text() == "<h1>hello</h1>\n"


def test_nothing_is_written_over(artifacts: Artifacts) -> None:
    (artifacts.home / "page").write_text("mine")
    artifacts("good", "make/page").fails("page is there already", "--to")
    assert (artifacts.home / "page").read_text() == "mine"


def test_what_is_not_there_is_refused_with_what_is(artifacts: Artifacts) -> None:
    artifacts("good", "make/model").fails("no artifact 'model'", "it made: data, page")
    artifacts("good", "model").fails("names no task", "TASK/NAME")
    artifacts("good", "--to", "kept").fails("--to is for the files of one artifact")
