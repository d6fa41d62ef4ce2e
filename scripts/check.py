"""Every check that needs no running, side by side: `python -m scripts.check`. `make fix` repairs what can be.

With `--all`, or `CI=true`, the types of tests and tools are checked too, which takes as long as those of the package.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from scripts import page, terminal

_BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    """One program that says yes or no."""

    name: str
    command: tuple[str | Path, ...]
    folder: Path = terminal.ROOT
    env: dict[str, str] = field(default_factory=dict[str, str])


def main() -> int:
    """Run the checks; what a check prints is shown when it says no."""
    started = time.monotonic()
    everything = terminal.in_ci() or "--all" in sys.argv[1:]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = list(pool.map(_run, _checks(everything=everything)))
    took_s = time.monotonic() - started
    failed = verdicts.count(False)
    print(f"{len(verdicts) - failed} checks passed, {failed} failed in {took_s:.0f} s")
    return 1 if failed else 0


def _checks(*, everything: bool) -> list[Check]:
    """The slowest first, so that the others fit beside it."""
    checks = [
        Check("types", (_BIN / "basedpyright", *(() if everything else ("src",)))),
        Check("contracts", (_BIN / "lint-imports",)),
        Check("lint", (_BIN / "ruff", "check", "--quiet")),
        Check("format", (_BIN / "ruff", "format", "--check", "--quiet")),
    ]
    if (terminal.ROOT / page.UI / "node_modules").exists():
        checks[1:1] = [_npm_check("page types", "typecheck"), _npm_check("page lint", "lint")]
    return checks


def _npm_check(name: str, script: str) -> Check:
    command, env = page.npm_command("run", "--silent", script)
    return Check(name, tuple(command), terminal.ROOT / page.UI, env)


def _run(check: Check) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        [str(word) for word in check.command],
        cwd=check.folder,
        env={**os.environ, **check.env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    ok = done.returncode == 0
    verdict = f"{'ok' if ok else 'FAILED':6} {check.name} ({time.monotonic() - started:.1f} s)"
    print(verdict if ok else f"{verdict}\n{done.stdout.rstrip()}", flush=True)
    return ok


if __name__ == "__main__":
    sys.exit(main())
