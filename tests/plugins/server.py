"""The real server as the tests use it: `tidemill up` in a process and a session of its own.

`tidemill_server` keeps everything in its data directory (SQLite, local artifacts), `tidemill_postgres_server` in
PostgreSQL and a bucket of an S3 server. Both live as long as the test session; tests that kill or fill a
server start their own with `TidemillProcess`.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import msgspec
import psutil
import pytest

from tests.plugins.object_store import ACCESS_KEY, BUCKET, SECRET_KEY
from tests.plugins.postgres import PostgresServer

_READY_WITHIN_S = 30
_ENDS_WITHIN_S = 20
_LOG_SHOWN = 8000
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
_CALLS_TESTS = ("--outbound-allow", "127.0.0.0/8")
"""Webhooks of tests lead to the tests."""


class TidemillProcess:
    """One server, which may be ended and started again on the same data directory.

    `wrapper` is a command that runs it (strace and its options). As a context manager it is always ended, and its log
    is printed where the block fails.
    """

    def __init__(self, data_dir: Path, *flags: str, wrapper: Sequence[str] = (), log: Path | None = None) -> None:
        self.data_dir = data_dir
        self.log = log or data_dir.with_name(f"{data_dir.name}.log")
        command = [sys.executable, "-m", "tidemill", "up", "--port", "0", "--data-dir", str(data_dir), *flags]
        self._command = [*wrapper, *command]
        self._process: subprocess.Popen[bytes] | None = None
        self._session = 0
        self._uri = ""

    def __enter__(self) -> "TidemillProcess":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.end()
        if kind is not None:
            print(f"--- {self.log}\n{self.log.read_text(errors='replace')[-_LOG_SHOWN:]}")  # noqa: T201

    @property
    def uri(self) -> str:
        """The address, without a slash at its end."""
        return self._uri

    @property
    def pid(self) -> int:
        """The server's own process id, also under a wrapper."""
        return _note(self.data_dir).pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and wait until it is ready. Raises RuntimeError with its log's end where it is not."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(),
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self._session = self._process.pid
        try:
            self._uri = self._wait_until_ready(self._process)
        except BaseException:
            self.end()
            raise

    def kill9(self) -> None:
        """Kill the server's process, and only it, as the kernel's out-of-memory killer would."""
        assert self._process is not None
        os.kill(self.pid, signal.SIGKILL)
        self._process.wait(_ENDS_WITHIN_S)

    def terminate(self) -> int:
        """End it in order; returns its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(_ENDS_WITHIN_S)

    def restart(self) -> None:
        """End it in order where it still runs, and start it again."""
        if self.is_running:
            self.terminate()
        self.start()

    def processes(self) -> list[psutil.Process]:
        """Every process of its session that is alive: itself, and what it started."""
        return [process for process in psutil.process_iter() if _is_alive_in(process, self._session)]

    def workers(self) -> list[psutil.Process]:
        """Every process that is alive and that compute has started: what runs outlives the server."""
        return [process for process in psutil.process_iter() if _works_below(process, self.data_dir / "compute")]

    def end(self) -> None:
        """End the server, everything of its session and all that it runs, whatever state they are in."""
        for process in self.processes() if self._session else []:
            process.kill()
        while workers := self.workers():  # a fork server that is killed takes what it runs with it
            for process in workers:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        if self._process is not None:
            self._process.wait()

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]") -> str:
        deadline = time.monotonic() + _READY_WITHIN_S
        with httpx.Client(trust_env=False, timeout=_READY_WITHIN_S) as client:
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    note = _note(self.data_dir)
                    if os.getsid(note.pid) == self._session and client.get(f"{note.url}/readyz").is_success:
                        return note.url
                except (OSError, msgspec.MsgspecError, httpx.HTTPError):
                    pass  # not there yet, half written, or of the server before
                time.sleep(0.02)
        raise RuntimeError(f"the server did not start:\n{self.log.read_text(errors='replace')[-_LOG_SHOWN:]}")


@pytest.fixture(scope="session")
def tidemill_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    """A server that keeps everything in its data directory."""
    with TidemillProcess(tmp_path_factory.mktemp("server") / "data", *_CALLS_TESTS) as server:
        yield server


@pytest.fixture(scope="session")
def tidemill_postgres_server(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, s3_endpoint: str
) -> Iterator[TidemillProcess]:
    """A server that keeps everything in PostgreSQL and in a bucket."""
    folder = tmp_path_factory.mktemp("postgres-server") / "data"
    with on_postgres(postgres, s3_endpoint) as flags, TidemillProcess(folder, *flags, *_CALLS_TESTS) as server:
        yield server


@contextlib.contextmanager
def on_postgres(postgres: PostgresServer, s3_endpoint: str) -> Iterator[tuple[str, ...]]:
    """The flags of a server with a database and a part of the bucket of its own, for as long as the block runs."""
    database = postgres.create_database()
    places = ("--database", postgres.url(database), "--artifacts", f"s3://{BUCKET}/{database}")
    keys = ("--s3-access-key-id", ACCESS_KEY, "--s3-secret-access-key", SECRET_KEY)
    yield (*places, "--s3-endpoint", s3_endpoint, *keys)
    postgres.drop_database(database)


class _Note(msgspec.Struct):
    pid: int
    url: str


def _note(data_dir: Path) -> _Note:
    return msgspec.json.decode((data_dir / "server.json").read_bytes(), type=_Note)


def _environment() -> dict[str, str]:
    """Ours, without what would configure the server behind the test's back."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TIDEMILL_")}


def _is_alive_in(process: psutil.Process, session: int) -> bool:
    try:
        return os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False


def _works_below(process: psutil.Process, folder: Path) -> bool:
    """Whether it is a fork server, a supervisor or a task of this folder: named so, at work there, or writing there."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        below = f"{folder}/"
        places = [f"/proc/{process.pid}/cwd", f"/proc/{process.pid}/fd/1"]
        return below in " ".join(process.cmdline()) or any(os.readlink(place).startswith(below) for place in places)
    except (OSError, psutil.Error):
        return False


def _die_with_parent() -> None:
    """Ask Linux to end the server when the test process is gone, killed or not."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
