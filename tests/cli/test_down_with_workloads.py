"""`tidemill down` while workloads run: they go on, it says so, and `--all` stops them first."""

import time
from pathlib import Path

from tests.cli.conftest import Cli


def test_what_runs_goes_on_after_down_and_is_taken_up_by_the_next_up(cli: Cli) -> None:
    up(cli)
    job, pid = submitted(cli, "while [ ! -e gate ]; do sleep 0.05; done; true")
    said = cli("down", "--data-dir", "data").ok().out
    assert "1 workload will go on" in said
    assert "tidemill down --all" in said
    assert is_alive(pid)
    up(cli)
    Path(f"/proc/{pid}/cwd/gate").touch()
    cli("job", "wait", job, "--data-dir", "data").ok()


def test_all_stops_what_runs_and_what_waits(cli: Cli) -> None:
    up(cli)
    _, pid = submitted(cli, "sleep 600; true")
    cli("job", "submit", "--data-dir", "data", "--", "sleep", "600").ok()
    said = cli("down", "--all", "--data-dir", "data").ok().out
    assert "Stopped 2 workloads" in said
    assert "will go on" not in said
    assert not is_alive(pid)


def up(cli: Cli) -> None:
    cli("up", "-d", "--port", "0", "--data-dir", "data", "--node-cpus", "1").ok()


def submitted(cli: Cli, script: str) -> tuple[str, int]:
    """A job that runs this, and the pid of its shell."""
    told = cli.home / "pid"
    script = f'echo $$ > "{told}.new"; mv "{told}.new" "{told}"; {script}'
    job = cli("job", "submit", "--data-dir", "data", "--", "sh", "-c", script).ok().out.strip()
    until = time.monotonic() + 30
    while not told.exists() and time.monotonic() < until:
        time.sleep(0.02)
    return job, int(told.read_text())


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
