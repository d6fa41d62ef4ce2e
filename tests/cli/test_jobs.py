"""`tidemill job`, `node` and `quota` against a running server."""

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import COMMAND, Answer, Cli
from tests.plugins.server import TidemillProcess

Jobs = Callable[..., Answer]

TRAIN = """
import sys
for epoch in range(30):
    print("epoch", epoch, flush=True)
print("a warning", file=sys.stderr)
if sys.argv[1:]:
    raise ValueError(f"no {sys.argv[1]}")
"""


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Commands of a user whose home is empty, and stays so: the server is elsewhere."""
    return Cli(tmp_path_factory.mktemp("jobs"))


@pytest.fixture(scope="module")
def jobs(cli: Cli, tidemill_server: TidemillProcess) -> Jobs:
    """The command, with the server's address in its environment."""
    (cli.home / "train.py").write_text(TRAIN)
    return lambda *words: cli(*words, env={"TIDEMILL_URI": tidemill_server.uri})


class TestSubmit:
    def test_followed_it_prints_what_the_job_says_where_it_says_it(self, jobs: Jobs) -> None:
        answer = jobs("job", "submit", "--file", "train.py", "--follow").ok()
        assert answer.out.splitlines() == [f"epoch {number}" for number in range(30)]
        assert "a warning" in answer.err.splitlines()
        assert "train succeeded after" in answer.err

    def test_waited_for_its_exit_status_is_the_jobs(self, jobs: Jobs) -> None:
        answer = jobs("job", "submit", "--wait", "--", "sh", "-c", "exit 7")
        assert answer.status == 7
        assert re.fullmatch(r"[0-9a-f]{32}\n", answer.out)
        assert "sh failed after" in answer.err

    def test_a_signal_is_told_as_a_shell_does(self, jobs: Jobs) -> None:
        assert jobs("job", "submit", "--wait", "--", "sh", "-c", "kill -9 $$").status == 137

    def test_it_takes_what_a_job_may_ask_for(self, jobs: Jobs) -> None:
        words = "--name tide --cpu 500m --memory 256Mi -e A=1 --label team=sea --retries 2 --timeout 90s --priority 3"
        told = jobs("job", "submit", *words.split(), "-o", "json", "--", "true").rows()
        spec = jobs("job", "show", told["id"], "-o", "json").rows()["spec"]
        assert spec["resources"] == {"cpu_milli": 500, "memory_bytes": 256 << 20}
        assert (spec["variables"], spec["labels"]) == ({"A": "1"}, {"team": "sea"})
        assert (spec["restart"], spec["timeout_s"], spec["priority"]) == ({"max_retries": 2}, 90, 3)

    @pytest.mark.parametrize(
        ("words", "phrases"),
        [
            ([], ["there is no command to run", "--"]),
            (["--file", "data.csv"], ["there is no command to run"]),
            (["--file", "none.py", "--", "python", "none.py"], ["there is no file none.py"]),
            (["--cpu", "many", "--", "true"], ["'many' is not an amount of cpu", "500m"]),
            (["--cpu", "100000", "--", "true"], ["could never start", "ask for less"]),
            (["-e", "A", "--", "true"], ["--env takes NAME=VALUE", "SEED=1"]),
            (["--backend", "moon", "--", "true"], ["no backend 'moon'", "local"]),
        ],
    )
    def test_what_cannot_be_says_why_and_what_to_do(self, jobs: Jobs, words: list[str], phrases: list[str]) -> None:
        jobs("job", "submit", *words).fails(*phrases)

    def test_without_a_server_it_says_how_to_start_one(self, cli: Cli) -> None:
        cli("job", "submit", "--", "true").fails("no Tidemill server runs", "tidemill up -d")


@pytest.fixture(scope="module")
def failed(jobs: Jobs) -> str:
    """The id of a job that failed."""
    answer = jobs("job", "submit", "--wait", "--name", "failing", "--", "python", "train.py", "data")
    assert answer.status == 1
    return answer.out.strip()


class TestLookingAtJobs:
    def test_a_list_has_it_with_what_happened(self, jobs: Jobs, failed: str) -> None:
        rows = jobs("job", "list", "--search", "failing", "--state", "failed", "-o", "json").rows()
        assert rows[0]["id"] == failed
        assert rows[0]["note"] == "failed with exit code 1"
        table = jobs("job", "list", "--limit", "1", "--search", "failing").ok().out.splitlines()
        assert table[0].split() == ["ID", "NAME", "STATE", "KIND", "CPU", "MEMORY", "GPU", "TOOK", "NOTE"]
        assert table[1].split()[:3] == [failed[:12], "failing", "failed"]

    def test_it_is_found_by_the_begin_of_its_id_and_by_its_name(self, jobs: Jobs, failed: str) -> None:
        for told in (failed, failed[:8], "failing"):
            assert jobs("job", "show", told, "-o", "json").rows()["workload"]["id"] == failed
        jobs("job", "show", "nobody").fails("no job has the name or id 'nobody'", "tidemill job list")

    def test_shown_it_tells_its_processes_and_its_history(self, jobs: Jobs, failed: str) -> None:
        shown = jobs("job", "show", failed).ok().out
        for phrase in (
            "python train.py data",
            "PEAK MEMORY",
            "admitted to",
            "failed with exit code 1",
            f"/jobs/{failed}",
        ):
            assert phrase in shown

    def test_its_log_is_read_whole_by_range_by_its_end_and_from_its_error(self, jobs: Jobs, failed: str) -> None:
        epochs = [f"epoch {number}" for number in range(30)]
        assert jobs("job", "logs", failed).ok().out.splitlines() == epochs
        assert jobs("job", "logs", failed, "--lines", "3:4").ok().out.splitlines() == epochs[2:4]
        assert jobs("job", "logs", failed, "--tail", "1").ok().err.strip() == "ValueError: no data"
        own_frame, *_, last = jobs("job", "logs", failed, "--error").ok().err.splitlines()
        assert "train.py" in own_frame
        assert last == "ValueError: no data"
        rows = jobs("job", "logs", failed, "--lines", ":2", "-o", "json").rows()
        assert [row["text"] for row in rows] == epochs[:2]

    def test_its_log_is_searched_in_either_case_and_with_times(self, jobs: Jobs, failed: str) -> None:
        found = jobs("job", "logs", failed, "--search", "EPOCH 2", "--context", "0", "-t").ok().out.splitlines()
        assert [line.split(" ", 2)[2] for line in found] == ["epoch 2", *(f"epoch 2{digit}" for digit in range(10))]
        assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} epoch 2$", found[0])
        around = jobs("job", "logs", failed, "--regex", "epoch 1$", "--context", "1").ok().out.splitlines()
        assert around == ["epoch 0", "epoch 1", "epoch 2"]
        jobs("job", "logs", failed, "--search", "zebra").fails("no line of its log has that")

    @pytest.mark.parametrize(
        ("words", "phrases"),
        [
            (["--lines", "many"], ["'many' is no range of lines", "100:200"]),
            (["--lines", "9:3"], ["ends before it begins"]),
            (["--tail", "3", "--search", "a"], ["each choose lines"]),
            (["-f", "--lines", "1:2"], ["followed as it comes"]),
        ],
    )
    def test_what_no_log_can_show_says_why(self, jobs: Jobs, failed: str, words: list[str], phrases: list[str]) -> None:
        jobs("job", "logs", failed, *words).fails(*phrases)

    def test_an_error_of_a_job_that_did_not_fail_is_not_found(self, jobs: Jobs) -> None:
        done = jobs("job", "submit", "--wait", "--", "echo", "done").ok().out.strip()
        jobs("job", "logs", done, "--error").fails("it has not failed", "--tail")

    def test_ids_are_completed_with_those_that_run_first(
        self, jobs: Jobs, cli: Cli, failed: str, tidemill_server: TidemillProcess
    ) -> None:
        asked = {
            "_TIDEMILL_COMPLETE": "bash_complete",
            "COMP_WORDS": f"tidemill job logs {failed[:6]}",
            "COMP_CWORD": "3",
            "TIDEMILL_URI": tidemill_server.uri,
        }
        assert [line.split(",")[1] for line in cli(env=asked).out.splitlines()] == [failed[:12]]


class TestStopping:
    def test_a_job_that_is_stopped_is_waited_for_as_stopped(self, jobs: Jobs) -> None:
        job = jobs("job", "submit", "--", "sleep", "60").ok().out.strip()
        assert "Stopping 1 job" in jobs("job", "stop", job, "--wait").ok().out
        assert jobs("job", "wait", job).status == 143
        assert "nothing to stop" in jobs("job", "stop", job).ok().out

    def test_waiting_is_given_up_in_time(self, jobs: Jobs) -> None:
        job = jobs("job", "submit", "--", "sleep", "60").ok().out.strip()
        jobs("job", "wait", job, "--timeout", "1s").fails("1 job had not ended after 1 s", "tidemill job list")
        jobs("job", "stop", job).ok()
        jobs("job", "wait").fails("either jobs or a group", "--group")


class TestOnATerminal:
    def test_control_c_asks_and_stops(self, jobs: Jobs, cli: Cli, tidemill_server: TidemillProcess) -> None:
        with Terminal(
            cli, tidemill_server.uri, "job", "submit", "--follow", "--name", "asked", "--", *_TALKING
        ) as shell:
            shell.expect("it runs")
            shell.press("\x03")
            shell.expect("[d]etach and leave it running, or [s]top it?")
            shell.press("s\r")
            shell.expect("asked stopped after")
            assert shell.status() == 143

    def test_control_c_asks_and_detaches(self, jobs: Jobs, cli: Cli, tidemill_server: TidemillProcess) -> None:
        with Terminal(cli, tidemill_server.uri, "job", "submit", "-f", "--name", "left", "--", *_TALKING) as shell:
            shell.expect("it runs")
            shell.press("\x03")
            shell.expect("[s]top it?")
            shell.press("\r")
            shell.expect("It goes on.")
            assert shell.status() == 130
        assert jobs("job", "show", "left", "-o", "json").rows()["workload"]["state"] == "running"
        jobs("job", "stop", "left", "--wait").ok()

    def test_top_draws_what_runs_until_q(self, jobs: Jobs, cli: Cli, tidemill_server: TidemillProcess) -> None:
        job = jobs("job", "submit", "--name", "watched", "--", "sleep", "60").ok().out.strip()
        with Terminal(cli, tidemill_server.uri, "job", "top", "--interval", "0.2") as shell:
            shell.expect("watched")
            shell.expect("q leaves")
            shell.press("q")
            assert shell.status() == 0
        jobs("job", "stop", job).ok()


def test_without_a_terminal_top_prints_once(jobs: Jobs) -> None:
    job = jobs("job", "submit", "--name", "once", "--", "sleep", "60").ok().out.strip()
    deadline = time.monotonic() + 20
    # It is looked at every two seconds.
    used = rf"{job[:12]}  once  running  job   [\d.]+ of 1  [\d.]+[KM]i .*  (0/s +0/s|\? +\?) "
    while not re.search(used, printed := jobs("job", "top").ok().out):
        assert time.monotonic() < deadline, printed
    assert re.search(r"cpu +\[[#.]{20}\] [\d.]+ of [\d.]+ held, [\d.]+ used", printed)
    jobs("job", "stop", job).ok()


class TestMachines:
    def test_a_closed_machine_takes_no_work_until_it_is_opened(self, jobs: Jobs) -> None:
        name = jobs("node", "list", "-o", "json").rows()[0]["name"]
        jobs("node", "close", name).ok()
        assert jobs("node", "list", "-o", "json").rows()[0]["work"] == "closed"
        jobs("node", "open", name).ok()
        assert jobs("node", "list", "-o", "json").rows()[0]["work"] == "takes work"
        jobs("node", "close", "nowhere").fails("nowhere")

    def test_a_quota_changes_by_what_is_given(self, jobs: Jobs) -> None:
        jobs("quota", "set", "default", "--cpu", "64", "--memory", "512Gi", "--cohort", "sea").ok()
        changed = jobs("quota", "set", "default", "--memory", "none", "--workloads", "5000", "-o", "json").rows()[0]
        assert _given(changed["quota"]) == {"cpu_milli": 64_000, "workloads": 5000, "cohort": "sea"}
        assert " of 64 " in jobs("quota", "list").ok().out
        jobs("quota", "set", "default", "--cpu", "none", "--workloads", "none", "--cohort", "").ok()
        jobs("quota", "set", "default").fails("nothing is to be changed", "--cpu 8")
        jobs("quota", "set", "atlantis", "--cpu", "1").fails("atlantis")
        jobs("quota", "set", "default", "--gpu", "many").fails("'many' is not a whole number")


_TALKING = ("python", "-uc", "import time; print('it runs'); time.sleep(60)")


def _given(quota: dict[str, Any]) -> dict[str, Any]:
    usual = {"may_borrow": True, "may_preempt": False, "weight": 1}
    return {name: value for name, value in quota.items() if value not in (None, "") and usual.get(name) != value}


class Terminal:
    """A command on a terminal of its own, and somebody who reads and types."""

    def __init__(self, cli: Cli, uri: str, *words: str) -> None:
        self._near, far = pty.openpty()
        self._read = ""
        self._process = subprocess.Popen(
            [*COMMAND, *words],
            cwd=cli.home,
            env=cli.environment(TIDEMILL_URI=uri, TERM="xterm", NO_COLOR="1"),
            stdin=far,
            stdout=far,
            stderr=far,
            start_new_session=True,
            preexec_fn=_own_terminal,
        )
        os.close(far)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._near)

    def expect(self, phrase: str, within_s: float = 20) -> None:
        """Read until it stands there; what follows it is read next."""
        until = time.monotonic() + within_s
        while phrase not in self._read:
            ready, _, _ = select.select([self._near], [], [], max(0, until - time.monotonic()))
            try:
                piece = os.read(self._near, 65_536) if ready else b""
            except OSError:  # it has ended
                piece = b""
            assert piece, f"{phrase!r} is not in {self._read!r}"
            self._read += piece.decode(errors="replace")
        self._read = self._read.partition(phrase)[2]

    def press(self, keys: str) -> None:
        os.write(self._near, keys.encode())

    def status(self) -> int:
        return self._process.wait(20)


def _own_terminal() -> None:
    """Make standard input the session's terminal, so that its Ctrl-C is a signal."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_help_of_each_command_is_there(cli: Cli, tmp_path: Path) -> None:
    for words in (["job"], ["node"], ["quota"], ["job", "submit"], ["job", "top"]):
        assert "Usage: " in cli(*words, "--help").ok().out
