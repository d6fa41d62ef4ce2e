"""Work folders that are given again."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tidemill.runtime.workplaces import Workplaces


@pytest.fixture
def places(tmp_path: Path) -> Workplaces:
    return Workplaces(str(tmp_path / "places"))


def test_an_empty_folder_is_given_to_the_next_call(places: Workplaces, tmp_path: Path) -> None:
    first = places.take(str(tmp_path / "a"))
    assert places.give_back(first, str(tmp_path / "a")) is False
    assert places.take(str(tmp_path / "b")) == first
    assert places.take(str(tmp_path / "c")) != first


def test_what_a_call_left_goes_into_its_own_folder(places: Workplaces, tmp_path: Path) -> None:
    first = places.take(str(tmp_path / "a"))
    Path(first, "file").write_text("x")
    assert places.give_back(first, str(tmp_path / "a")) is True
    assert (tmp_path / "a" / "work" / "file").read_text() == "x"
    assert os.listdir(places.take(str(tmp_path / "b"))) == []


def test_files_that_were_put_in_place_are_where_the_call_finds_itself(places: Workplaces, tmp_path: Path) -> None:
    (tmp_path / "a" / "work").mkdir(parents=True, mode=0o700)
    (tmp_path / "a" / "work" / "file").touch()
    given = places.take(str(tmp_path / "a"))
    assert os.listdir(given) == ["file"]
    assert places.give_back(given, str(tmp_path / "a")) is True
    os.remove(f"{given}/file")
    assert places.give_back(given, str(tmp_path / "a")) is False
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("change", [os.rmdir, lambda place: os.chmod(place, 0o500)])
def test_one_that_a_call_removed_or_closed_is_not_given_again(
    places: Workplaces, tmp_path: Path, change: Callable[[str], None]
) -> None:
    first = places.take(str(tmp_path / "a"))
    change(first)
    places.give_back(first, str(tmp_path / "a"))
    assert places.take(str(tmp_path / "b")) != first


def test_the_log_of_a_call_that_left_nothing_else_is_told_of(places: Workplaces, tmp_path: Path) -> None:
    place = places.take(str(tmp_path / "a"))
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "log").touch()
    assert places.give_back(place, str(tmp_path / "a")) is True
