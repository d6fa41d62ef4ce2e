"""Control groups: found where they may be made, set as asked, emptied and removed. Real where this machine has them."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tidemill.runtime import cgroups
from tidemill.runtime.cgroup_base import find_base, find_own_base, survey, survey_own
from tidemill.runtime.records import Record

BASE = find_own_base()
real = pytest.mark.skipif(BASE is None, reason="control groups cannot be made here")
NAME = f"test-{os.getpid()}"
V2_FILES = ("memory.max", "memory.swap.max", "memory.oom.group", "cpu.max", "pids.max", "cgroup.procs", "cgroup.kill")


def v2_tree(top: Path, own: str, *, controllers: str = "cpu memory pids", enabled: str = "") -> tuple[str, str]:
    """Folders that look like a version 2 tree, and the two texts of /proc that lead to it."""
    place = top / own.lstrip("/")
    for folder in {top, place, place / "tidemill"}:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cgroup.controllers").write_text(controllers)
        (folder / "cgroup.subtree_control").write_text(enabled)
        (folder / "cgroup.procs").write_text("1\n")
    return f"30 23 0:26 / {top} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n", f"0::{own}\n"


class TestFinding:
    def test_a_delegated_tree_of_version_2_is_taken(self, tmp_path: Path) -> None:
        texts = v2_tree(tmp_path, "/user.slice/app.scope", enabled="cpu memory pids")
        place = str(tmp_path / "user.slice/app.scope/tidemill")
        assert find_base(*texts) == {"version": 2, "folders": dict.fromkeys(("cpu", "memory", "pids"), place)}

    def test_one_without_the_memory_controller_is_not(self, tmp_path: Path) -> None:
        assert find_base(*v2_tree(tmp_path, "/", controllers="cpu pids", enabled="cpu pids")) is None

    def test_one_that_hands_nothing_down_is_not(self, tmp_path: Path) -> None:
        assert find_base(*v2_tree(tmp_path, "/app", controllers="", enabled="")) is None

    def test_version_1_gives_the_controllers_that_may_be_used(self, tmp_path: Path) -> None:
        mounts, own = "", ""
        for number, (controller, file) in enumerate((("memory", "memory.limit_in_bytes"), ("pids", "other"))):
            place = tmp_path / controller / "ours" / "tidemill"
            place.mkdir(parents=True)
            (place / file).touch()
            mounts += f"3{number} 23 0:2{number} / {tmp_path / controller} rw - cgroup cgroup rw,{controller}\n"
            own += f"{number}:{controller}:/ours\n"
        assert find_base(mounts, own) == {
            "version": 1,
            "folders": {"memory": str(tmp_path / "memory" / "ours" / "tidemill")},
        }

    def test_a_container_sees_its_own_part_only(self, tmp_path: Path) -> None:
        (tmp_path / "tidemill").mkdir()
        (tmp_path / "tidemill" / "memory.limit_in_bytes").touch()
        mounts = f"30 23 0:26 /docker/abc {tmp_path} rw - cgroup cgroup rw,memory\n"
        found = find_base(mounts, "4:memory:/docker/abc\n")
        assert found == {"version": 1, "folders": {"memory": str(tmp_path / "tidemill")}}

    def test_nothing_is_found_where_nothing_is_mounted(self) -> None:
        assert find_base("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n", "0::/\n") is None


class TestVersion2:
    """Against plain files: this says what would be written, not what a kernel does with it."""

    @pytest.fixture
    def base(self, tmp_path: Path) -> Record:
        folder = tmp_path / NAME
        folder.mkdir()
        for file in V2_FILES:
            (folder / file).touch()
        return {"version": 2, "folders": dict.fromkeys(("cpu", "memory", "pids"), str(tmp_path))}

    def test_limits_are_written_as_the_kernel_reads_them(self, base: Record, tmp_path: Path) -> None:
        cgroups.make_group(base, NAME, memory_bytes=1 << 20, cpu_milli=1500)
        told = {file: (tmp_path / NAME / file).read_text() for file in V2_FILES}
        assert told["memory.max"] == "1048576"
        assert told["cpu.max"] == "150000 100000"
        assert (told["memory.swap.max"], told["memory.oom.group"]) == ("0", "1")

    def test_what_is_not_asked_for_is_not_limited(self, base: Record, tmp_path: Path) -> None:
        cgroups.make_group(base, NAME, memory_bytes=0, cpu_milli=0)
        assert [(tmp_path / NAME / file).read_text() for file in ("memory.max", "cpu.max")] == ["", ""]

    def test_numbers_are_read_from_its_files(self, base: Record, tmp_path: Path) -> None:
        group = cgroups.make_group(base, NAME, memory_bytes=0, cpu_milli=0)
        (tmp_path / NAME / "memory.events").write_text("low 0\nhigh 3\noom 2\noom_kill 1\noom_group_kill 1\n")
        (tmp_path / NAME / "memory.stat").write_text("anon 4096\nfile 99999\nshmem 100\n")
        (tmp_path / NAME / "cpu.stat").write_text("usage_usec 2500000\nuser_usec 1\n")
        assert (group.oom_kills(), group.memory_bytes(), group.cpu_ms()) == (1, 4196, 2500)
        group.kill()
        assert (tmp_path / NAME / "cgroup.kill").read_text() == "1"


@real
class TestReal:
    def enter(self, group: cgroups.Group, code: str) -> "subprocess.Popen[str]":
        return subprocess.Popen([sys.executable, "-c", code], preexec_fn=group.enter, stdout=subprocess.PIPE, text=True)

    def make(self, **limits: int) -> cgroups.Group:
        assert BASE is not None
        return cgroups.make_group(BASE, NAME, **{"memory_bytes": 0, "cpu_milli": 0, **limits})

    def test_whoever_enters_is_in_it_with_all_it_starts_until_it_is_killed(self) -> None:
        group = self.make()
        code = "import subprocess; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); p.wait()"
        with self.enter(group, code) as child:
            assert child.stdout is not None
            grandchild = int(child.stdout.readline())
            assert group.members() == {child.pid, grandchild}
            group.kill()
        assert child.returncode == -9
        while group.members():
            time.sleep(0.001)
        assert group.remove()
        assert cgroups.Group(group.version, group.folders).members() == set()

    def test_the_kernel_kills_what_takes_too_much(self) -> None:
        group = self.make(memory_bytes=32 << 20)
        if not group.limits_memory:
            pytest.skip("the memory controller is not ours here")
        assert group.oom_kills() == 0
        with self.enter(group, "kept = b'x' * (256 << 20)") as child:
            child.wait()
        assert (child.returncode, group.oom_kills() > 0) == (-9, True)
        assert group.remove()

    def test_the_kernel_gives_no_more_cpu_than_asked_for(self) -> None:
        group = self.make(cpu_milli=200)
        if not group.limits_cpu:
            pytest.skip("the cpu controller is not ours here")
        code = (
            "import time; end = time.monotonic() + 1.0\nwhile time.monotonic() < end: pass\nprint(time.process_time())"
        )
        with self.enter(group, code) as child:
            assert child.stdout is not None
            used_s = float(child.stdout.read())
        assert used_s < 0.5
        assert group.remove()

    def test_a_group_is_found_again_by_its_record(self) -> None:
        group = self.make()
        again = cgroups.from_record(group.record)
        assert again is not None
        assert again.folders == group.folders
        assert again.remove()
        assert group.remove()


class TestLooking:
    def test_a_survey_tells_what_would_be_found_and_makes_nothing(self, tmp_path: Path) -> None:
        texts = v2_tree(tmp_path, "/", enabled="")
        before = sorted(tmp_path.rglob("*"))
        assert survey(*texts) == (2, ["cpu", "memory", "pids"])
        assert sorted(tmp_path.rglob("*")) == before
        assert (tmp_path / "cgroup.subtree_control").read_text() == ""
        assert survey("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n", "0::/\n") == (0, [])

    @real
    def test_what_it_tells_of_this_machine_is_so(self) -> None:
        assert BASE is not None
        version, controllers = survey_own()
        assert (version, set(controllers)) == (BASE["version"], set(BASE["folders"]))
