"""Processes that store something, and are killed on the way. Run by test_crash.py.

    put_and_die.py FOLDER TASK                      do it: put, parts, or endless, which only a kill ends
    put_and_die.py FOLDER TASK --killed-at-each     do it in FOLDER/1, FOLDER/2, … each time killed one step later

A step is a call of the operating system by one of the store's threads. What is acknowledged is written to the standard
output at once, one word each; with --killed-at-each, one line per process says in JSON what it wrote and how it ended.
"""

import asyncio
import itertools
import json
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from types import FrameType

from tidemill.core.blobs import BlobStore, open_store, put_bytes
from tidemill.kit.ids import random_hex

CONTENT = b"one two three " * 500
_SYSTEM_MODULES = ("posix", "fcntl")


async def do(folder: str, task: str) -> None:
    store = open_store(folder)
    if task == "endless":
        await store.put(endless())
    elif task == "put":
        say((await put_bytes(store, CONTENT)).digest)
    else:
        await put_in_parts(store)
    await store.close()


async def put_in_parts(store: BlobStore) -> None:
    upload_id = random_hex()
    await store.begin_multipart(upload_id)
    say(upload_id)
    etag = await store.put_part(upload_id, 1, once(CONTENT))
    say(etag)
    say((await store.complete_multipart(upload_id, [(1, etag)])).digest)


def do_killed_at_each(folder: str, task: str) -> None:
    for step in itertools.count(1):
        said, status = do_killed_at(step, f"{folder}/{step}", task)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print(json.dumps({"folder": f"{folder}/{step}", "said": said, "killed": killed}))  # noqa: T201
        if not killed:
            sys.exit(status)


def do_killed_at(step: int, folder: str, task: str) -> tuple[list[str], int]:
    """Words that the process acknowledged, and its status as wait gives it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.dup2(writing, 1)
            threading.setprofile(killer(step))
            asyncio.run(do(folder, task))
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with open(reading, encoding="ascii") as said:
        return said.read().split(), os.waitpid(child, 0)[1]


def killer(step: int) -> Callable[[FrameType, str, object], None]:
    """A profile function, called before each call into C, that ends the process without a farewell."""
    calls = itertools.count(1)

    def before_call(_frame: FrameType, event: str, function: object) -> None:
        if event == "c_call" and getattr(function, "__module__", "") in _SYSTEM_MODULES and next(calls) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return before_call


def say(word: str) -> None:
    os.write(1, f"{word} ".encode())


async def once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield bytes(1 << 20)
        say("megabyte")
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    if sys.argv[3:]:
        do_killed_at_each(sys.argv[1], sys.argv[2])
    else:
        asyncio.run(do(sys.argv[1], sys.argv[2]))
