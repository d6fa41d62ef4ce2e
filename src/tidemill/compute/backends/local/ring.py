"""The client ring as environments find it that have no Tidemill: a folder of links, last on their path.

The folder holds no more than these packages, so that nothing else of the server's own environment is seen there.
"""

import importlib.util
import os
import shutil
from pathlib import Path

PACKAGES = ("tidemill", "cloudpickle")


def make_ring(folder: Path) -> Path:
    """Make the folder, or mend its links after an upgrade; returns it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for package in PACKAGES:
        found = importlib.util.find_spec(package)
        if found is not None and found.origin is not None:
            _link(folder / package, Path(found.origin).parent)
    return folder


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    fresh = link.with_name(f"{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    if link.is_dir() and not link.is_symlink():  # a copy of the data directory that followed the link
        shutil.rmtree(link)
    fresh.rename(link)
