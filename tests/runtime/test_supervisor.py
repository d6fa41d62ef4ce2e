"""A supervisor starts quickly, imports little, and does not let go of its command."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tidemill.compute.backends.local.folders import ProcessFolder
from tidemill.compute.backends.local.supervisors import ask_to_stop, locked, read_end, start_supervisor
from tidemill.compute.models import End, Outcome
from tidemill.runtime import loglines, proctree, records

SOURCE = Path(loglines.__file__).parents[2]
DEAR = {"json", "re", "enum", "typing", "subprocess", "signal", "ctypes", "collections", "functools", "threading"}


@pytest.fixture
def folder(tmp_path: Path) -> ProcessFolder:
    folder = ProcessFolder(tmp_path / "w-1-0")
    folder.work.mkdir(parents=True)
    return folder


def begin(folder: ProcessFolder, *command: str, **more: object) -> int:
    """Start a supervisor of this command; its pid."""
    order: dict[str, Any] = {
        "folder": str(folder.path),
        "name": folder.path.name,
        "command": list(command),
        "cwd": str(folder.work),
        "variables": {"PATH": os.environ["PATH"]},
        "timeout_s": None,
        "grace_s": 5.0,
        "memory_bytes": 0,
        "disk_bytes": 0,
        "cpu_milli": 0,
        "cgroup": None,
        "devices": [],
        "container": None,
        "masked": [],
        **more,
    }
    with locked(folder) as lock:
        assert lock is not None
        started = start_supervisor(folder, lock, order)
    os.set_blocking(started.told, True)
    os.read(started.told, 100)
    os.close(started.told)
    return started.pid


def finish(folder: ProcessFolder, supervisor: int) -> End:
    os.waitpid(supervisor, 0)
    found = read_end(folder)
    assert found is not None
    return found[0]


def text_of(folder: ProcessFolder) -> list[str]:
    return [line.text for line in loglines.parse_log(folder.log.read_bytes())]


def test_it_imports_nothing_dear() -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import tidemill.runtime.supervisor; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(SOURCE)], capture_output=True, text=True, check=True
    )
    assert not DEAR & set(told.stdout.split())


def test_its_own_memory_is_small(folder: ProcessFolder) -> None:
    supervisor = begin(folder, "sleep", "60")
    private = Path(f"/proc/{supervisor}/smaps_rollup").read_text()
    kib = {line.split(":")[0]: int(line.split()[1]) for line in private.splitlines()[1:]}
    ask_to_stop(folder, 0.0)
    finish(folder, supervisor)
    assert kib["Private_Dirty"] < 6000


def test_it_gives_its_command_nothing_of_its_own(folder: ProcessFolder) -> None:
    code = "import os; print(sorted(map(int, os.listdir('/proc/self/fd')))[:-1]); print(dict(os.environ)); print(input)"
    supervisor = begin(folder, sys.executable, "-I", "-c", code.replace("print(input)", "print(repr(os.read(0, 1)))"))
    assert finish(folder, supervisor).outcome is Outcome.SUCCEEDED
    descriptors, variables, read = text_of(folder)
    assert descriptors == "[0, 1, 2]"
    assert variables.startswith("{'PATH'")
    assert read == "b''"


def test_signals_are_as_a_program_expects_them(folder: ProcessFolder) -> None:
    supervisor = begin(folder, "sh", "-c", "grep -E 'Sig(Ign|Blk|Cgt)' /proc/self/status")
    finish(folder, supervisor)
    blocked, ignored, _ = (int(line.split()[1], 16) & 0x7FFFFFFF for line in text_of(folder))
    assert (blocked, ignored) == (0, 0)


def test_a_word_to_the_supervisor_stops_its_command_in_order(folder: ProcessFolder) -> None:
    supervisor = begin(
        folder, "sh", "-c", "exec 2>&-; trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.01; done"
    )
    while text_of(folder) != ["ready"]:
        time.sleep(0.005)
    os.kill(supervisor, signal.SIGTERM)
    end = finish(folder, supervisor)
    assert (end.outcome, end.exit_code) == (Outcome.STOPPED, 3)
    assert text_of(folder) == ["ready", "bye"]


def test_its_command_dies_with_it(folder: ProcessFolder) -> None:
    supervisor = begin(folder, "sleep", "60")
    state = records.read(folder.state)
    assert state is not None
    assert proctree.is_same(state["pid"], state["born"])
    os.kill(supervisor, signal.SIGKILL)
    os.waitpid(supervisor, 0)
    deadline = time.monotonic() + 10
    while proctree.is_same(state["pid"], state["born"]):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    assert read_end(folder) is None


def test_the_folder_is_locked_for_as_long_as_it_lives(folder: ProcessFolder) -> None:
    supervisor = begin(folder, "sleep", "60")
    with locked(folder) as lock:
        assert lock is None
    ask_to_stop(folder, 0.0)
    finish(folder, supervisor)
    with locked(folder) as lock:
        assert lock is not None


def test_no_secret_lies_in_the_folder(folder: ProcessFolder) -> None:
    supervisor = begin(folder, "sleep", "60", variables={"PATH": os.environ["PATH"], "PASSWORD": "hunter2"})
    kept = [path.read_bytes() for path in folder.path.rglob("*") if path.is_file()]
    ask_to_stop(folder, 0.0)
    finish(folder, supervisor)
    assert not any(b"hunter2" in content for content in kept)


def test_over_its_disk_it_is_ended(folder: ProcessFolder) -> None:
    code = "head -c 3000000 /dev/zero > large; exec sleep 60"
    supervisor = begin(folder, "sh", "-c", code, disk_bytes=1_000_000)
    end = finish(folder, supervisor)
    assert end.outcome is Outcome.FAILED
    assert "1000000 were asked for" in end.message


def test_a_process_that_forks_without_end_is_killed_whole(folder: ProcessFolder) -> None:
    code = (
        "import os, time\nwhile True:\n    if os.fork():\n        os._exit(0)\n    os.setsid()\n    time.sleep(0.001)"
    )
    supervisor = begin(folder, "sh", "-c", '"$0" -c "$1" & sleep 0.3', sys.executable, code)
    end = finish(folder, supervisor)
    assert (end.outcome, end.message) == (Outcome.SUCCEEDED, "")
    assert not [seen for seen in proctree.processes().values() if _says(seen.pid, "os.setsid()")]


def test_one_that_was_killed_by_its_own_child_keeps_the_whole_log(folder: ProcessFolder) -> None:
    supervisor = begin(folder, "sh", "-c", "seq 1 20000; kill -KILL $$; seq 1 5")
    end = finish(folder, supervisor)
    assert (end.outcome, end.signal) == (Outcome.KILLED, 9)
    assert text_of(folder) == [str(number) for number in range(1, 20_001)]


def _says(pid: int, text: str) -> bool:
    try:
        return text in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False
