"""Installs the system packages that some tests need, where this user may: `python -m scripts.system`.

Nothing depends on them but tests: without them those tests are skipped, and named at the end of the run.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts import programs, terminal

_REFUSED = terminal.ROOT / ".setup" / "apt-refused"


def main() -> int:
    """Install what is missing; only in CI is it an error when that cannot be done."""
    missing = [name for name, find in programs.DEBIAN_PACKAGES.items() if find() is None]
    if not missing:
        return 0
    reason = install(missing)
    if reason is None:
        return 0
    terminal.warn(f"{', '.join(missing)} not installed: {reason}. The tests that need them are skipped.")
    return 1 if terminal.in_ci() else 0


def install(packages: list[str]) -> str | None:
    """Install Debian packages; returns why that was not possible, None when it was."""
    if not terminal.flag("SYSTEM", default=True):
        return "SYSTEM=no was given"
    if not shutil.which("apt-get"):
        return "this system has no apt-get; install them by its own means"
    prefix = _become_root()
    if prefix is None:
        return "this user may not install packages (neither root nor sudo without a password)"
    if _REFUSED.exists() and not terminal.in_ci():
        return f"apt-get failed before (remove {_REFUSED.relative_to(terminal.ROOT)} to try again)"
    terminal.step(f"Installing system packages: {' '.join(packages)} (SYSTEM=no leaves them out)")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        terminal.run([*prefix, "apt-get", "update", "-qq"], env=quiet)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        terminal.run([*prefix, *install], env=quiet)
    except subprocess.CalledProcessError as error:
        _REFUSED.parent.mkdir(exist_ok=True)
        _REFUSED.touch()
        return f"`{' '.join(map(str, error.cmd))}` failed"
    _REFUSED.unlink(missing_ok=True)
    return None


def _become_root() -> list[str | Path] | None:
    if os.geteuid() == 0:
        return []
    if terminal.succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive"]
    return None


if __name__ == "__main__":
    sys.exit(main())
