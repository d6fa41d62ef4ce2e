"""Running installers: their output goes into one log, their end is an exit code."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

_LAST_BYTES = 64 * 1024


def find_uv(variables: Mapping[str, str]) -> Path | None:
    """uv on the PATH, else beside our own interpreter."""
    beside = Path(sys.executable).with_name("uv")
    found = shutil.which("uv", path=variables.get("PATH", os.defpath))
    return Path(found) if found else beside if os.access(beside, os.X_OK) else None


async def run_program(command: Sequence[str | Path], variables: Mapping[str, str], log: BinaryIO) -> int:
    """Run it to its end; cancelled, it is killed with all that it started. Raises OSError."""
    log.write(f"$ {' '.join(map(str, command))}\n".encode())
    log.flush()
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        env=dict(variables),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        return await process.wait()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise


async def ask_program(command: Sequence[str | Path], variables: Mapping[str, str]) -> tuple[int, str, str]:
    """Run it and give its exit code, output and errors. Raises OSError."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        env=dict(variables),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    return process.returncode or 0, output.decode(errors="replace").strip(), errors.decode(errors="replace").strip()


def last_lines(log: Path, count: int) -> str:
    """The end of a log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LAST_BYTES))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
