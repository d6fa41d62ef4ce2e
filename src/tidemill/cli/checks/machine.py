"""The data directory, its disk, the clock, and proxies that would keep clients from this machine."""

import os
import shlex
import shutil
import stat
import tempfile
from pathlib import Path
from urllib.request import getproxies, proxy_bypass

import psutil

from tidemill.cli.checks.check import Checker, Verdict, error, ok, warning
from tidemill.cli.quantities import size_text
from tidemill.core.settings import Loaded
from tidemill.kit.clock import now_ms

_LITTLE_SPACE = 2_000_000_000
_NO_SPACE = 100_000_000
_NETWORKED = ("nfs", "nfs4", "cifs", "smbfs", "smb3", "fuse.sshfs", "9p", "afs", "glusterfs", "lustre")
_SKEW_MS = 5_000
_EARLIEST_MS = 1_735_689_600_000  # 2025: no clock that is right can show less


def _data_dir(loaded: Loaded) -> Verdict:
    path = loaded.settings.data_dir
    if not path.exists():
        above = _nearest(path)
        if not os.access(above, os.W_OK | os.X_OK):
            return error(f"{path} cannot be made: {above} is not ours to write", "name another --data-dir")
        return ok(f"{path} is not there yet; `tidemill up` makes it")
    if not path.is_dir():
        return error(f"{path} is not a directory", "name another --data-dir")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return error(f"{path} is not ours to read and write", f"chown -R $USER {shlex.quote(str(path))}")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        fix = f"chmod 700 {shlex.quote(str(path))}"
        return warning(f"other users of this machine may look into {path} (mode {mode:04o})", fix)
    return ok(str(path))


def _disk(loaded: Loaded) -> Verdict:
    usage = shutil.disk_usage(_nearest(loaded.settings.data_dir))
    detail = f"{size_text(usage.free)} free of {size_text(usage.total)}"
    if usage.free < _NO_SPACE:
        return error(detail, "free some space: `tidemill gc` removes what nothing points to")
    if usage.free < _LITTLE_SPACE:
        return warning(detail, "free some space soon: `tidemill gc --dry-run` says what it could free")
    return ok(detail)


def _file_system(loaded: Loaded) -> Verdict:
    kind = _kind_of(_nearest(loaded.settings.data_dir))
    if kind in _NETWORKED and not loaded.settings.storage.database:
        detail = f"{kind}: SQLite's locks are not to be trusted across a network"
        return warning(detail, "put --data-dir on a local disk, or use --database postgresql://...")
    return ok(kind or "unknown")


def _clock(loaded: Loaded) -> Verdict:
    folder = loaded.settings.data_dir
    if now_ms() < _EARLIEST_MS:
        return error("the system's clock is years behind", "set it, for example by enabling NTP")
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return ok("no files to compare it with yet")
    with tempfile.NamedTemporaryFile(prefix=".clock-", dir=folder) as file:
        skew_ms = int(os.fstat(file.fileno()).st_mtime * 1000) - now_ms()
    if abs(skew_ms) > _SKEW_MS:
        detail = f"files get times {abs(skew_ms) / 1000:.0f} s {'ahead of' if skew_ms > 0 else 'behind'} the clock"
        return warning(detail, "set the clocks of this machine and of its file server by NTP: gc goes by both")
    return ok("files get the clock's time")


def _proxy(loaded: Loaded) -> Verdict:
    host = loaded.settings.server.host
    if "http" in getproxies() and not proxy_bypass(host):
        detail = f"http_proxy is set, and {host} is not excepted: clients would ask the proxy for the server"
        return warning(detail, f"export NO_PROXY={host},localhost")
    return ok("none between clients and the server")


def _nearest(path: Path) -> Path:
    """The path itself, or the nearest folder above it that is there."""
    return next(place for place in (path, *path.parents) if place.exists())


def _kind_of(path: Path) -> str:
    """The kind of file system that holds a path."""
    mounts = {part.mountpoint: part.fstype for part in psutil.disk_partitions(all=True)}
    real = path.resolve()
    return next((mounts[str(place)] for place in (real, *real.parents) if str(place) in mounts), "")


MACHINE: dict[str, Checker] = {
    "data directory": _data_dir,
    "disk": _disk,
    "file system": _file_system,
    "clock": _clock,
    "proxy": _proxy,
}
