"""Who belongs to a task is found by its mark, each process looked at once, and with all that it started."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tidemill.runtime.families import MARK, family, marked, members
from tidemill.runtime.proctree import processes

# A child without the mark, which is found below the one that has it.
PARENT = "import subprocess; subprocess.run(['env', '-i', 'sh', '-c', 'echo $$; read line'])"


@pytest.fixture
def task() -> Iterator[tuple[int, int]]:
    """The pids of a process with the mark of a task, and of its child, which has lost it."""
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        env={**os.environ, MARK: "a-1-0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    child = int(process.stdout.readline())
    yield process.pid, child
    process.stdin.close()
    process.wait()
    process.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_mark_finds_its_own_and_all_below(task: tuple[int, int]) -> None:
    among = processes()
    heads = marked(among)
    assert [seen.pid for seen in heads[f"{MARK}=a-1-0"]] == [task[0]]
    assert f"{MARK}=b-1-0" not in heads
    assert [seen.pid for seen in members(heads[f"{MARK}=a-1-0"], among)] == list(task)
    assert {seen.pid for seen in family(-1, f"{MARK}=a-1-0", among)} == set(task)
