"""`doctor` finds what is amiss, each with its fix, beside a running server or without one."""

import json
import shutil
import socket
from typing import Any

import pytest

from tests.cli.conftest import Answer, Cli, Kept
from tidemill.server.migrating import head_revision

SUBJECTS = {
    "python", "sqlite", "page", "clients", "extras", "data directory", "disk", "file system", "clock", "proxy",
    "server", "port", "storage", "database", "artifacts", "settings", "capacity", "limits", "containers",
    "network use",
}  # fmt: skip


def verdicts(answer: Answer) -> dict[str, dict[str, Any]]:
    found = {row["name"]: row for row in json.loads(answer.out)}
    assert set(found) == SUBJECTS
    errors = [name for name, verdict in found.items() if verdict["state"] == "error"]
    assert answer.status == (1 if errors else 0), errors
    assert all(verdict["fix"] for verdict in found.values() if verdict["state"] != "ok")
    return found


def doctor(cli: Cli, *words: str, **environment: str) -> dict[str, dict[str, Any]]:
    return verdicts(cli("doctor", "-o", "json", *words, env=environment))


def test_all_is_well_beside_a_running_server(cli: Cli, kept: Kept) -> None:
    found = doctor(cli, "--data-dir", str(kept.data_dir))
    assert [name for name, verdict in found.items() if verdict["state"] == "error"] == []
    assert found["server"]["detail"] == f"process {kept.server.pid} at {kept.server.uri} is ready"
    assert f"schema {head_revision()}" in found["database"]["detail"]


def test_all_is_well_before_the_first_start_and_nothing_is_made(cli: Cli) -> None:
    found = doctor(cli, "--port", "0")
    assert [name for name, verdict in found.items() if verdict["state"] == "error"] == []
    assert "`tidemill up` makes it" in found["database"]["detail"]
    assert not (cli.home / ".tidemill").exists()


def test_people_read_a_line_a_subject_and_the_fix_below_it(cli: Cli) -> None:
    (cli.home / "data").mkdir(mode=0o755)
    answer = cli("doctor", "--data-dir", "data", "--port", "0").ok()
    assert f"fix: chmod 700 {cli.home / 'data'}" in answer.out
    assert answer.out.splitlines()[-1].endswith("0 to mend")


class TestFinds:
    def test_a_directory_that_others_may_read(self, cli: Cli) -> None:
        (cli.home / "data").mkdir(mode=0o755)
        verdict = doctor(cli, "--data-dir", "data", "--port", "0")["data directory"]
        assert (verdict["state"], verdict["fix"]) == ("warning", f"chmod 700 {cli.home / 'data'}")

    def test_a_directory_that_is_a_file(self, cli: Cli) -> None:
        (cli.home / "data").write_text("")
        assert doctor(cli, "--data-dir", "data")["data directory"]["state"] == "error"

    def test_a_port_that_is_held(self, cli: Cli) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            verdict = doctor(cli, "--port", str(listener.getsockname()[1]))["port"]
        assert verdict["state"] == "error"
        assert "is held by" in verdict["detail"]

    def test_a_proxy_between_clients_and_the_server(self, cli: Cli) -> None:
        settings = {"http_proxy": "http://proxy.test:3128", "no_proxy": "", "NO_PROXY": ""}
        verdict = doctor(cli, "--port", "0", **settings)["proxy"]
        assert (verdict["state"], verdict["fix"]) == ("warning", "export NO_PROXY=127.0.0.1,localhost")

    def test_a_setting_that_is_misspelt(self, cli: Cli) -> None:
        verdict = doctor(cli, "--port", "0", TIDEMILL_DATADIR="tide")["settings"]
        assert verdict["state"] == "warning"
        assert "TIDEMILL_DATADIR" in verdict["detail"]

    def test_a_database_that_is_none(self, cli: Cli) -> None:
        (cli.home / "data").mkdir(mode=0o700)
        (cli.home / "data" / "tidemill.db").write_bytes(b"not a database, whatever its name says. " * 100)
        verdict = doctor(cli, "--data-dir", "data", "--port", "0")["database"]
        assert verdict["state"] == "error"
        assert "not a database" in verdict["detail"]

    def test_a_database_server_that_does_not_answer(self, cli: Cli) -> None:
        verdict = doctor(cli, "--database", "postgresql://127.0.0.1:1/x", "--port", "0")["database"]
        assert verdict["state"] == "error"
        assert "refused" in verdict["detail"]

    def test_a_page_of_a_database_that_is_damaged(self, cli: Cli, kept: Kept) -> None:
        (cli.home / "data").mkdir(mode=0o700)
        copy = cli.home / "data" / "tidemill.db"
        cli("down", "--data-dir", kept.data_dir).ok()  # so that the file alone is the database
        shutil.copy(kept.data_dir / "tidemill.db", copy)
        content = bytearray(copy.read_bytes())
        content[4096 * 5 : 4096 * 9] = b"\x5a" * (4096 * 4)
        copy.write_bytes(content)
        verdict = doctor(cli, "--data-dir", "data", "--port", "0")["database"]
        kept.server.restart()
        assert (verdict["state"], "`tidemill fsck`" in verdict["fix"]) == ("error", True)

    def test_settings_that_are_not_the_servers(self, cli: Cli, kept: Kept) -> None:
        verdict = doctor(cli, "--data-dir", str(kept.data_dir), "--artifacts", str(cli.home))["storage"]
        assert verdict["state"] == "error"
        assert "--artifacts" in verdict["fix"]

    def test_an_artifact_store_that_is_not_there(self, cli: Cli) -> None:
        words = ("--artifacts", "s3://tide/mill", "--s3-endpoint", "http://127.0.0.1:1", "--port", "0")
        keys = ("--s3-access-key-id", "a", "--s3-secret-access-key", "b")
        assert doctor(cli, *words, *keys)["artifacts"]["state"] == "error"


@pytest.mark.parametrize("output", ["yaml", "csv"])
def test_programs_may_read_it_in_other_forms(cli: Cli, output: str) -> None:
    answer = cli("doctor", "--port", "0", "-o", output).ok()
    assert "python" in answer.out


def test_what_this_machine_offers_and_holds_is_told(cli: Cli) -> None:
    found = doctor(cli, "--port", "0", TIDEMILL_NODE_CPUS="6", TIDEMILL_NODE_GPUS="4xA100", TIDEMILL_NODE_MEMORY="12Gi")
    assert found["capacity"]["detail"] == "6 cores, 12Gi of memory, 4 x A100"
    assert "control groups" in found["limits"]["detail"]
    assert "counted" in found["network use"]["detail"]
    assert doctor(cli, "--port", "0", TIDEMILL_NODE_GPUS="many")["capacity"]["state"] == "error"
