"""A pool: one fork server, as the server that uses it sees it.

Each fork server has a folder of its own, which is kept until every end in it has been acknowledged:

<pools>/<name>.<random>/
    socket      where it listens
    journal     runtime.journal
    python      its interpreter's path
    log         what it says itself
    lock        held by it for as long as it lives, with its pid
"""

import asyncio
import fcntl
import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import msgspec
import structlog

from tidemill.kit.errors import UnavailableError
from tidemill.kit.ids import random_hex
from tidemill.runtime.wire import LISTENER, LOCK, PROTOCOL, FrameReader, Header, WireError, join_frame

_BOOT = "import sys; sys.path.append(sys.argv.pop(1)); from tidemill.runtime.forkserver import main; main()"
_BACKLOG = 128
_LONGEST_ADDRESS = 100
_SHOWN_BYTES = 2000
_HIGH = 10
POLL_S = 0.01
_encoder = msgspec.json.Encoder()
_log = structlog.get_logger(__name__)

OnFrame = Callable[["Pool", Header, bytes], None]
OnLost = Callable[["Pool"], None]


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """What a fork server is started from."""

    name: str
    python: Path
    ring: Path
    """The folder whose packages it finds when its environment has none of the name: Tidemill's client ring."""
    variables: Mapping[str, str]
    idle_s: float
    preload: Sequence[str] = ()


class Pool(asyncio.Protocol):
    """A connection to one fork server. All that is sent in one turn of the event loop goes in one write."""

    def __init__(self, folder: Path, on_frame: OnFrame, on_lost: OnLost) -> None:
        self.folder = folder
        self.name = folder.name.rpartition(".")[0]
        self.is_foreign = False
        """Another version's: what runs in it is watched, and nothing more is started there."""
        self.python = _python_of(folder)
        self.last_used = time.monotonic()
        self.keys: set[str] = set()
        """Calls that were given to it and are not forgotten."""
        self.running: set[str] = set()
        """Those of them that have not ended."""
        self.pid: int | None = None
        """Of the fork server, where it is our child."""
        self._on_frame = on_frame
        self._on_lost = on_lost
        self._reader = FrameReader()
        self._transport: asyncio.WriteTransport | None = None
        self._unsent: list[bytes] = []

    @property
    def is_open(self) -> bool:
        return self._transport is not None

    async def connect(self) -> None:
        """Connect to the fork server of the folder. Raises OSError when nobody listens there any more."""
        with _address(self.folder) as address:
            connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connected.setblocking(False)
                connected.connect(address)
                await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=connected)
            except BaseException:
                connected.close()
                raise

    def send(self, header: Header, payload: bytes = b"") -> None:
        """Send a frame soon. What is sent while nobody is connected is lost, and `on_lost` tells what that means."""
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self.flush)
        self._unsent.append(join_frame(_encoder.encode(header), payload))

    def flush(self) -> None:
        """Send what waits."""
        if self._transport is not None and self._unsent:
            self._transport.write(b"".join(self._unsent))
        self._unsent.clear()

    def close(self) -> None:
        """Leave it to itself; `on_lost` is not called."""
        self._on_lost = _nothing
        if self._transport is not None:
            self._transport.close()

    async def wait_until_gone(self, limit_s: float) -> bool:
        """Wait for its fork server's end; False when it has not come by then."""
        until_s = time.monotonic() + limit_s
        while not is_gone(self.folder, self.pid):
            if time.monotonic() > until_s:
                return False
            await asyncio.sleep(POLL_S)
        return True

    def last_words(self) -> str:
        """The last line of what it said itself."""
        try:
            said = (self.folder / "log").read_bytes()[-_SHOWN_BYTES:].decode(errors="replace").strip()
        except OSError:
            said = ""
        return said.splitlines()[-1] if said else "it said nothing"

    # asyncio calls these ---------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            for content, payload in self._reader.feed(data):
                header = json.loads(content)
                if header["op"] == "hello":
                    self.is_foreign = header["protocol"] != PROTOCOL
                else:
                    self._on_frame(self, header, payload)
        except (WireError, ValueError, KeyError):
            _log.warning("a fork server said what cannot be read", folder=str(self.folder), exc_info=True)
            if self._transport is not None:
                self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._on_lost(self)


def spawn(plan: PoolPlan, pools: Path) -> tuple[Path, int]:
    """Start a fork server: its folder, whose socket takes connections at once, and its pid. Raises UnavailableError.

    It holds its lock from its first instant on.
    """
    folder = pools / f"{plan.name}.{random_hex()[:8]}"
    folder.mkdir(mode=0o700, parents=True)
    with _private(folder / "python") as note:
        note.write(str(plan.python).encode())
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _address(folder) as address, _private(folder / "log") as log, _private(folder / "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            listener.bind(address)
            Path(address).chmod(0o600)
            listener.listen(_BACKLOG)
            pid = _spawn(plan, folder, (listener.fileno(), lock.fileno(), log.fileno()))
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise UnavailableError(
            f"a fork server of {plan.python} could not be started: {error.strerror or error}",
            hint="build the environment again, or look whether the machine has processes and disk left",
        ) from error
    finally:
        listener.close()
    return folder, pid


def is_gone(folder: Path, pid: int | None = None) -> bool:
    """Whether nobody holds its lock any more. A child of ours is taken note of."""
    if pid is not None:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
    try:
        with (folder / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True


def _private(path: Path) -> IO[bytes]:
    """A new file that is nobody else's to read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600), "wb")


def _spawn(plan: PoolPlan, folder: Path, descriptors: tuple[int, int, int]) -> int:
    listener, lock, log = descriptors
    # High numbers first: none of them is overwritten before it was copied.
    places = [(fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, _HIGH), place) for each, place in _placed(listener, lock, log)]
    arguments = [str(plan.python), "-I", "-c", _BOOT, str(plan.ring), str(folder), str(plan.idle_s), *plan.preload]
    try:
        return os.posix_spawn(
            plan.python,
            arguments,
            plan.variables,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                *((os.POSIX_SPAWN_DUP2, each, place) for each, place in places),
            ],
            setsid=True,
            setsigmask=[],
            setsigdef=[signal.SIGPIPE, signal.SIGINT],
        )
    finally:
        for each, _ in places:
            os.close(each)


def _placed(listener: int, lock: int, log: int) -> Sequence[tuple[int, int]]:
    return (log, 1), (log, 2), (listener, LISTENER), (lock, LOCK)


def _python_of(folder: Path) -> Path:
    try:
        return Path((folder / "python").read_text())
    except OSError:
        return Path(sys.executable)


@contextmanager
def _address(folder: Path) -> Generator[str]:
    """A name for the folder's socket that is short enough for the kernel, whatever the folder's."""
    plain = str(folder / "socket")
    if len(plain.encode()) < _LONGEST_ADDRESS or sys.platform != "linux":
        yield plain
        return
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}/socket"
    finally:
        os.close(descriptor)


def _nothing(_pool: Pool) -> None:
    """A pool that was left is nobody's business any more."""
