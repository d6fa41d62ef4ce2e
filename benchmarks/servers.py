"""Servers under test: started, waited for, weighed, and ended with all that they started."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

LOAD = Path(__file__).parent / "load"
_START_TIMEOUT_S = 180


@dataclass
class Side:
    """One server under test."""

    name: str
    command: list[str]
    folder: Path
    port: int
    ready_path: str
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running(side: Side) -> Iterator[dict[str, Any]]:
    """Start a server and yield what starting took; the whole tree is gone at the end."""
    started = time.perf_counter()
    process = subprocess.Popen(
        side.command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=environment(side),
    )
    try:
        wait_ready(side, process)
        wall = time.perf_counter() - started
        yield {"pid": process.pid, "wall_s": round(wall, 2), "cpu_s": round(tree_figures(process.pid)["cpu_s"], 2)}
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        time.sleep(1)


def wait_ready(side: Side, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"{side.name} ended with status {process.returncode}")
        try:
            with urllib.request.urlopen(side.uri + side.ready_path, timeout=2) as answer:  # noqa: S310 - our own
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{side.name} was not ready after {_START_TIMEOUT_S} s")


def tree_figures(pid: int) -> dict[str, Any]:
    """Processes, memory and CPU of a process and all below it; `pss_mb` counts shared pages once."""
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    cpu = memory = unique = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
            cpu += times.user + times.system
            memory += process.memory_info().rss
            unique += process.memory_full_info().pss
        except psutil.Error:
            continue
    return {"processes": len(processes), "rss_mb": round(memory / 1e6), "pss_mb": round(unique / 1e6), "cpu_s": cpu}


def disk_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def environment(side: Side) -> dict[str, str]:
    return {**os.environ, **side.environment, "PYTHONPATH": str(LOAD)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
