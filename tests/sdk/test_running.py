"""Commands, with the files that they need."""

import os
import sys
from pathlib import Path

import pytest

import tidemill as tm
from tidemill.kit.errors import InvalidError, NotFoundError

pytestmark = pytest.mark.usefixtures("client")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def len_of_variable(name: str) -> int:
    sys.stdout.write(f"{os.environ[name]}\n")
    return len(os.environ[name])


def test_files_of_this_folder_that_the_command_names_go_with_it(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "train.py").write_text("import sys; assert open(sys.argv[1]).read() == 'rows'")
    (tmp_path / "deep" / "data.csv").write_text("rows")
    future = tm.run(["python", "train.py", "deep/data.csv"])
    assert future.result() is None
    assert future.name == "train"


def test_chosen_files_and_folders_go_where_they_are_told_to(tmp_path: Path) -> None:
    (tmp_path / "src" / "__pycache__").mkdir(parents=True)
    (tmp_path / "src" / "a.txt").write_text("a")
    (tmp_path / "src" / "__pycache__" / "a.pyc").write_text("left out")
    (tmp_path / "b.txt").write_text("b")
    (tmp_path / "go.sh").write_text(
        "#!/bin/sh\ntest -x go.sh && cat code/a.txt && find . -name '*.pyc' | grep -q . && exit 9\ncat b.txt"
    )
    os.chmod(tmp_path / "go.sh", 0o700)
    tm.run(["./go.sh"], files={"code": "src", "b.txt": tmp_path / "b.txt", "go.sh": "go.sh"}).result()


def test_a_command_that_fails_says_by_what_exit_code() -> None:
    future = tm.run(["sh", "-c", "exit 7"])
    with pytest.raises(tm.WorkloadFailedError, match="exit code 7"):
        future.result()


def test_a_call_and_a_command_find_their_secrets_and_show_them_to_nobody(client: tm.Client) -> None:
    client.set_secret("sdk.token", "hidden-in-the-deep")
    command = tm.run(["sh", "-c", "echo $TOKEN; test ${#TOKEN} = 18"], secrets={"TOKEN": "sdk.token"})
    call = tm.submit(len_of_variable, "TOKEN", secrets={"TOKEN": "sdk.token"})
    assert (command.result(), call.result()) == (None, 18)
    assert [[line.text for line in each.logs()] for each in (command, call)] == [["***"], ["***"]]
    assert "sdk.token" in [each.name for each in client.secrets()]
    client.delete_secret("sdk.token")
    with pytest.raises(InvalidError, match=r"no secret named 'sdk\.token'"):
        tm.run(["true"], secrets={"TOKEN": "sdk.token"})


def test_a_command_finds_its_variables_and_runs_as_often_as_it_is_told() -> None:
    future = tm.run(["sh", "-c", 'test "$TIDE" = high'], env={"TIDE": "high"}, replicas=2, cpu="100m")
    future.result()
    assert sorted(process.rank for process in future.details().processes) == [0, 1]


def test_a_file_that_is_not_there_is_said_before_anything_is_sent() -> None:
    tm.connect("http://127.0.0.1:9")
    with pytest.raises(NotFoundError, match=r"there is no file none\.py"):
        tm.run(["python", "none.py"], files=["none.py"])
    with pytest.raises(InvalidError, match="is one text"):
        tm.run("python train.py")
