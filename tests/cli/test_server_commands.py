"""`up`, `down` and `status`: a server starts, is found, and stops, whatever was there before."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.cli.conftest import COMMAND, Cli


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which this very process listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def status(cli: Cli, data_dir: str = "data") -> dict[str, object]:
    return json.loads(cli("status", "--data-dir", data_dir, "-o", "json").out)


def start(cli: Cli, data_dir: str = "data") -> dict[str, object]:
    cli("up", "-d", "--port", "0", "--data-dir", data_dir).ok()
    return status(cli, data_dir)


class TestALife:
    def test_goes_from_up_by_status_to_down(self, cli: Cli) -> None:
        up = cli("up", "-d", "--port", "0", "--data-dir", "data").ok()
        found = status(cli)
        assert f"Tidemill is ready at {found['url']}" in up.out
        assert f"tidemill down --data-dir {cli.home / 'data'}" in up.out
        assert found["ready"] is True
        assert found["checks"] == {"database": "ok", "artifacts": "ok"}
        assert httpx.get(f"{found['url']}/healthz", trust_env=False).is_success
        assert cli("down", "--data-dir", "data").ok().out == f"Stopped the server at {found['url']}\n"
        _wait_for_end(int(str(found["pid"])))
        assert cli("status", "--data-dir", "data").status == 3
        assert cli("down", "--data-dir", "data").ok().out.startswith("No server runs on ")

    def test_keeps_its_directory_from_other_users(self, cli: Cli) -> None:
        start(cli, "new/data")
        assert (cli.home / "new" / "data").stat().st_mode & 0o777 == 0o700

    def test_that_ends_in_order_leaves_an_empty_note_and_all_data_in_one_file(self, cli: Cli) -> None:
        start(cli)
        cli("down", "--data-dir", "data").ok()
        assert (cli.home / "data" / "server.json").read_bytes() == b""
        assert [file.name for file in (cli.home / "data").glob("tidemill.db*")] == ["tidemill.db"]

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_in_the_foreground_ends_cleanly_at_a_signal(self, cli: Cli, number: signal.Signals) -> None:
        command = [*COMMAND, "up", "--port", "0", "--data-dir", "data"]
        with subprocess.Popen(
            command, cwd=cli.home, env=cli.environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as server:
            assert server.stdout is not None
            assert server.stdout.readline().startswith("Tidemill is ready at http://127.0.0.1:")
            server.send_signal(number)
            _, said = server.communicate(timeout=20)
        assert (server.returncode, "Traceback" in said) == (0, False), said
        assert (cli.home / "data" / "server.json").read_bytes() == b""


class TestASecondServer:
    def test_of_a_directory_is_refused_and_told_who_holds_it(self, cli: Cli) -> None:
        found = start(cli)
        place = f"process {found['pid']} at {found['url']}"
        cli("up", "--port", "0", "--data-dir", "data").fails(place, "tidemill down --data-dir")
        cli("up", "-d", "--port", "0", "--data-dir", "data").fails(place, "tidemill down --data-dir")
        assert status(cli)["pid"] == found["pid"]

    def test_takes_over_from_one_that_was_killed(self, cli: Cli) -> None:
        killed = start(cli)
        os.kill(int(str(killed["pid"])), signal.SIGKILL)
        _wait_for_end(int(str(killed["pid"])))
        assert (cli.home / "data" / "server.json").read_bytes() != b""
        assert cli("status", "--data-dir", "data").status == 3
        assert cli("down", "--data-dir", "data").ok().out.startswith("No server runs on ")
        assert start(cli)["pid"] != killed["pid"]

    def test_starts_over_a_note_that_is_no_note(self, cli: Cli) -> None:
        (cli.home / "data").mkdir()
        (cli.home / "data" / "server.json").write_bytes(b"\xff{")
        assert start(cli)["ready"] is True


class TestAPort:
    def test_that_is_taken_is_refused_with_its_holder(self, cli: Cli, taken_port: int) -> None:
        answer = cli("up", "--port", str(taken_port), "--data-dir", "data")
        answer.fails(f"port {taken_port} of 127.0.0.1 is held by", f"(process {os.getpid()})", "--port 0")

    def test_of_the_file_is_refused_too(self, cli: Cli, taken_port: int) -> None:
        (cli.home / "data").mkdir()
        (cli.home / "data" / "config.toml").write_text(f"port = {taken_port}\n")
        cli("up", "-d", "--data-dir", "data").fails(f"port {taken_port} of 127.0.0.1 is held by")


class TestADatabase:
    def test_of_a_newer_tidemill_is_left_alone(self, cli: Cli) -> None:
        start(cli)
        cli("down", "--data-dir", "data").ok()
        file = cli.home / "data" / "tidemill.db"
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.close()
        before = _content(file)
        cli("up", "--port", "0", "--data-dir", "data").fails("revision 9999", "upgrade Tidemill")
        cli("fsck", "--data-dir", "data").fails("revision 9999", "upgrade Tidemill")
        assert _content(file) == before

    def test_that_is_none_is_said_to_be_none(self, cli: Cli) -> None:
        (cli.home / "data").mkdir()
        (cli.home / "data" / "tidemill.db").write_bytes(b"not a database, whatever its name says. " * 100)
        cli("up", "-d", "--port", "0", "--data-dir", "data").fails("file is not a database", "--database")
        cli("fsck", "--data-dir", "data").fails("file is not a database")


@pytest.mark.needs_tmpfs
def test_a_full_disk_is_said_to_be_full(cli: Cli) -> None:
    disk = cli.home / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", disk], check=True)
    try:
        cli("up", "--port", "0", "--data-dir", disk / "data").fails("no space is left", "free")
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def test_settings_of_the_file_reach_a_server_in_the_background(cli: Cli) -> None:
    (cli.home / "data").mkdir()
    (cli.home / "data" / "config.toml").write_text("port = 0\nmax_body_bytes = 10\n")
    cli("up", "-d", "--data-dir", "data").ok()
    answer = httpx.post(f"{status(cli)['url']}/api/2.0/mlflow/runs/create", content=b"{" * 50, trust_env=False)
    assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE


def test_settings_are_listed_with_their_origin(cli: Cli) -> None:
    rows = cli("config", "list", "-o", "json", env={"TIDEMILL_PORT": "7000"}).rows()
    origins = {row["setting"]: (row["value"], row["origin"]) for row in rows}
    assert origins["port"] == (7000, "environment")
    assert origins["host"] == ("127.0.0.1", "default")


def test_a_secret_is_not_listed(cli: Cli) -> None:
    secrets = {"TIDEMILL_S3_SECRET_ACCESS_KEY": "hush", "TIDEMILL_DATABASE": "postgresql://tide:hush@db/mill"}
    answer = cli("config", "list", env=secrets).ok()
    assert "***" in answer.out
    assert "postgresql://tide:***@db/mill" in answer.out
    assert "hush" not in answer.out


def test_a_secret_does_not_become_an_argument_that_every_user_can_read(cli: Cli) -> None:
    cli("up", "-d", "--port", "0", "--data-dir", "data", "--s3-secret-access-key", "hush").ok()
    server = psutil.Process(int(str(status(cli)["pid"])))
    assert "hush" not in " ".join(server.cmdline())
    assert server.environ()["TIDEMILL_S3_SECRET_ACCESS_KEY"] == "hush"


def _content(database: Path) -> list[str]:
    """All that a SQLite file holds, as statements."""
    with sqlite3.connect(database) as connection:
        statements = list(connection.iterdump())
    connection.close()
    return statements


def _wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)
