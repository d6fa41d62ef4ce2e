"""Who uses an environment now: processes whose VIRTUAL_ENV it is, or that run its interpreter."""

from pathlib import Path


def count_occupants(folder: Path) -> int:
    """How many processes of this machine do; those that we may not look at are not counted."""
    marks = (f"VIRTUAL_ENV={folder}\0".encode(), f"{folder / 'bin' / 'python'}\0".encode())
    return sum(any(mark in _told(path) for mark in marks) for path in Path("/proc").glob("[0-9]*"))


def _told(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes() + b"\0" + (process / "cmdline").read_bytes()
    except OSError:
        return b""
