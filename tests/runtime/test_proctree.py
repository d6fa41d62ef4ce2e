"""What runs is seen with who started it and what it uses, by /proc and by `ps` alike."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tidemill.runtime import proctree

# The shell tells its pid when it has its memory, and then waits for a line that never comes.
CHILD = "import subprocess; subprocess.run(['sh', '-c', 'echo $$; read line'])"


@pytest.fixture
def family() -> Iterator[tuple[int, int]]:
    """The pids of a child of ours and of its own child."""
    child = subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin is not None
    assert child.stdout is not None
    grandchild = int(child.stdout.readline())
    yield child.pid, grandchild
    os.kill(grandchild, 9)
    child.wait()
    child.stdin.close()
    child.stdout.close()


def test_descendants_are_found_parents_first(family: tuple[int, int]) -> None:
    found = [seen.pid for seen in proctree.below(os.getpid(), proctree.processes())]
    assert [pid for pid in found if pid in family] == list(family)
    assert [seen.pid for seen in proctree.below(family[0], proctree.processes())] == [family[1]]


@pytest.mark.skipif(shutil.which("ps") is None, reason="needs ps")
def test_ps_tells_the_same(family: tuple[int, int]) -> None:
    by_proc, by_ps = proctree.processes(), proctree.processes_by_ps()
    for pid in family:
        assert by_ps[pid].parent == by_proc[pid].parent
        assert by_ps[pid].resident_bytes == pytest.approx(by_proc[pid].resident_bytes, rel=0.5)
        assert not by_ps[pid].is_zombie
    assert by_ps[os.getpid()].cpu_ms == pytest.approx(by_proc[os.getpid()].cpu_ms, abs=2000)


def test_a_process_is_the_same_until_it_has_ended(family: tuple[int, int]) -> None:
    seen = proctree.look_at(family[0])
    assert seen is not None
    assert proctree.is_same(family[0], seen.born)
    assert not proctree.is_same(os.getpid(), seen.born)
    child = subprocess.Popen(["true"])
    ended = proctree.look_at(child.pid)
    assert ended is not None
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not proctree.is_same(child.pid, ended.born)
    child.wait()
    assert proctree.look_at(child.pid) is None


def test_a_name_with_spaces_and_parentheses_confuses_nobody(tmp_path: os.PathLike[str]) -> None:
    program = os.path.join(tmp_path, ") R 1 (x")
    shutil.copy("/bin/sleep", program)
    child = subprocess.Popen([program, "60"])
    try:
        while (seen := proctree.look_at(child.pid)) is None or seen.parent != os.getpid():
            time.sleep(0.001)
        assert not seen.is_zombie
    finally:
        child.kill()
        child.wait()


def test_memory_that_is_shared_counts_once(family: tuple[int, int]) -> None:
    resident = sum(seen.resident_bytes for pid in family if (seen := proctree.look_at(pid)))
    assert 0 < proctree.shared_out_bytes(family) <= resident
