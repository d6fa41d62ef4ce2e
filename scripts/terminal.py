"""How the set-up programs speak: one line a step, a reason with every failure."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class SetupError(Exception):
    """A set-up step that could not be done: what, why, and what to do about it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message}\nhint: {hint}")


def step(text: str) -> None:
    """Say what happens next."""
    print(f"==> {text}", flush=True)


def warn(text: str) -> None:
    """Say what is amiss and does not stop the work."""
    print(f"warning: {text}", file=sys.stderr, flush=True)


def run(command: Sequence[str | Path], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> None:
    """Run a program in sight of the user. Raises subprocess.CalledProcessError when it fails."""
    words = [str(word) for word in command]
    print(f"    {shlex.join(words)}", flush=True)
    subprocess.run(words, cwd=cwd, env={**os.environ, **(env or {})}, check=True, stdin=subprocess.DEVNULL)


def succeeds(command: Sequence[str | Path]) -> bool:
    """Whether a program is there and ends well; what it prints is not shown."""
    words = [str(word) for word in command]
    try:
        return subprocess.run(words, capture_output=True, check=False, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def flag(name: str, *, default: bool) -> bool:
    """A yes-or-no environment variable."""
    return {"": default, "0": False, "no": False, "false": False}.get(os.environ.get(name, "").lower(), True)


def in_ci() -> bool:
    """Whether nothing may be left out: `CI=true`, as build services set it."""
    return flag("CI", default=False)
