"""Killed at any instant, a put leaves a whole blob or none; what it acknowledged was synced first, in order."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.core.blobs import put_and_die
from tidemill.core.blobs import Blob, BlobStore, open_store, put_bytes, verify
from tidemill.core.blobs.contract import FAR_AHEAD_MS, digests

pytestmark = pytest.mark.anyio

_CONTENT = put_and_die.CONTENT


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


async def test_a_put_killed_in_the_middle_leaves_nothing_that_can_be_seen(folder: Path) -> None:
    kill_after_a_megabyte(folder)
    assert len(received(folder)) == 1
    store = open_store(str(folder))
    assert await digests(store) == []
    assert await store.collect_stale(modified_before_ms=FAR_AHEAD_MS) == 1
    assert received(folder) == []
    await store.close()


async def test_a_put_killed_at_any_step_leaves_a_whole_blob_or_none(tmp_path: Path) -> None:
    outcomes = killed_at_each(tmp_path, "put")
    for outcome in outcomes:
        store = open_store(outcome.folder)
        await expect_whole_or_none(store, acknowledged=outcome.said)
        await expect_usable(store, Path(outcome.folder))
        await store.close()
    assert len(outcomes) > 10, "a put makes more calls than that"


async def test_an_upload_killed_at_any_step_can_be_gone_on_with(tmp_path: Path) -> None:
    outcomes = killed_at_each(tmp_path, "parts")
    for outcome in outcomes:
        store = open_store(outcome.folder)
        await expect_whole_or_none(store, acknowledged=outcome.said[2:])
        if len(outcome.said) >= 2:
            blob = await store.complete_multipart(outcome.said[0], [(1, outcome.said[1])])
            assert await verify(store, blob.digest) == blob
        await expect_usable(store, Path(outcome.folder))
        await store.close()
    assert len(outcomes) > 30, "an upload makes more calls than that"


@pytest.mark.needs_strace
@pytest.mark.parametrize("task", ["put", "parts"])
def test_an_answer_comes_after_the_file_its_name_and_its_folder_are_synced(folder: Path, task: str) -> None:
    trace = folder.parent / "trace"
    calls = "trace=fdatasync,fsync,rename,renameat,renameat2,write"
    tracer = ["strace", "-f", "-y", "-qq", "-s", "100", "-e", calls, "-o", str(trace)]
    subprocess.run([*tracer, *command(folder, task)], capture_output=True, check=True)
    seen = [simplified(line, folder) for line in trace.read_text().splitlines()]
    assert [call for call in seen if call] == _EXPECTED[task]


_OPENED = ["sync incoming", "sync root"]
# The first blob of a shard also syncs the root, which holds the shard's own name.
_STORED = ["sync file", "sync root", "rename to blob", "sync shard"]
_EXPECTED = {
    "put": [*_OPENED, *_STORED, "answer"],
    "parts": [
        *_OPENED,
        *["sync uploads", "answer"],
        *["sync file", "rename to part", "sync upload", "answer"],
        *[*_STORED, "sync upload", "answer"],
    ],
}


def simplified(line: str, folder: Path) -> str | None:
    """What a line of the trace says of the store, in our words; None if nothing."""
    line = line.replace(str(folder), "ROOT")
    patterns = {
        r"fdatasync\(\d+<ROOT/incoming/put-\w+>": "sync file",
        r'rename\w*\(\d+<ROOT/incoming>, "put-\w+", \d+<ROOT/\w\w>, "\w{64}"': "rename to blob",
        r'rename\w*\(\d+<ROOT/incoming>, "put-\w+", \d+<ROOT/incoming/uploads/\w{32}>, "00001-': "rename to part",
        r"fsync\(\d+<ROOT>": "sync root",
        r"fsync\(\d+<ROOT/\w\w>": "sync shard",
        r"fsync\(\d+<ROOT/incoming>": "sync incoming",
        r"fsync\(\d+<ROOT/incoming/uploads>": "sync uploads",
        r"fsync\(\d+<ROOT/incoming/uploads/\w{32}>": "sync upload",
        r"write\(1<": "answer",
    }
    return next((words for pattern, words in patterns.items() if re.search(pattern, line)), None)


async def expect_whole_or_none(store: BlobStore, *, acknowledged: list[str]) -> None:
    found = await digests(store)
    for digest in found:
        assert await verify(store, digest) == Blob(digest, len(_CONTENT))
    assert set(acknowledged) <= set(found)


async def expect_usable(store: BlobStore, folder: Path) -> None:
    """What was left is collected, and the same content can be put: no lock and no name stands in the way."""
    await store.collect_stale(modified_before_ms=FAR_AHEAD_MS)
    assert received(folder) == []
    blob = await put_bytes(store, _CONTENT)
    assert await verify(store, blob.digest) == blob


def kill_after_a_megabyte(folder: Path) -> None:
    with subprocess.Popen(command(folder, "endless"), stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.read(30)
        child.kill()


@dataclass(frozen=True)
class Outcome:
    """What one process did: see put_and_die."""

    folder: str
    said: list[str]
    killed: bool


def killed_at_each(folder: Path, task: str) -> list[Outcome]:
    """Outcomes of the task, killed at its first step, its second, and so on; the last one was not killed."""
    tried = subprocess.run([*command(folder, task), "--killed-at-each"], capture_output=True, text=True, check=True)
    outcomes = [Outcome(**json.loads(line)) for line in tried.stdout.splitlines()]
    assert [outcome.killed for outcome in outcomes] == [True] * (len(outcomes) - 1) + [False]
    return outcomes


def command(folder: Path, task: str) -> list[str]:
    return [sys.executable, put_and_die.__file__, str(folder), task]


def received(folder: Path) -> list[Path]:
    """Files of puts that have not ended."""
    return list((folder / "incoming").glob("put-*"))
