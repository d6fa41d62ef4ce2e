"""Folders at the paths where a step wants them, which it alone sees there: Linux mounts them for its process.

That takes a mount namespace: root has one for the asking, others through a namespace of users, where the kernel allows
that. A path that is not there is made, if it may be.
"""

import ctypes
import errno
import os
from collections.abc import Mapping, Sequence
from typing import Any

_NEW_MOUNTS, _NEW_USERS = 0x00020000, 0x10000000
_READ_ONLY, _REMOUNT, _BIND, _RECURSIVE, _PRIVATE = 1, 32, 4096, 16384, 1 << 18

Mount = Mapping[str, Any]
"""`folder`, on this machine; `path`, absolute, at which the step finds it; `read_only`."""


class MountError(Exception):
    """A folder cannot be had at the path where the step wants it."""


def mount_all(mounts: Sequence[Mount]) -> None:
    """Have every folder at its path, for this process and those that it starts. Raises MountError."""
    wanted = [each for each in mounts if os.path.realpath(each["path"]) != os.path.realpath(each["folder"])]
    if not wanted:
        return
    for each in wanted:
        _make_place(each["path"])
    _stand_apart(wanted[0])
    for each in wanted:
        _mount(each)


def _make_place(path: str) -> None:
    if not path.startswith("/") or os.path.normpath(path) == "/":
        raise MountError(f"a volume is mounted at an absolute path, and {path!r} is none")
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise _refused(path, f"the path cannot be made: {error.strerror}") from error


def _stand_apart(first: Mount) -> None:
    """Leave the mounts of the others."""
    libc = _libc(first)
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(_NEW_MOUNTS) == 0:
        pass
    elif libc.unshare(_NEW_USERS | _NEW_MOUNTS) == 0:
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    else:
        raise _refused(first["path"], f"the system allows no mounts: {_reason()}")
    if libc.mount(b"none", b"/", None, _RECURSIVE | _PRIVATE, None) != 0:
        raise _refused(first["path"], f"the system allows no mounts: {_reason()}")


def _mount(wanted: Mount) -> None:
    folder, path = os.fsencode(wanted["folder"]), os.fsencode(wanted["path"])
    libc = _libc(wanted)
    is_done = libc.mount(folder, path, None, _BIND, None) == 0
    if is_done and wanted["read_only"]:
        is_done = libc.mount(folder, path, None, _BIND | _REMOUNT | _READ_ONLY, None) == 0
    if not is_done:
        raise _refused(wanted["path"], f"the system says: {_reason()}")


def _libc(wanted: Mount) -> Any:
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return libc if libc.unshare and libc.mount else None
    except (AttributeError, OSError) as error:
        raise _refused(wanted["path"], "this system mounts nothing for one process alone") from error


def _reason() -> str:
    return os.strerror(ctypes.get_errno() or errno.EPERM)


def _refused(path: str, reason: str) -> MountError:
    return MountError(
        f"a volume cannot be had at {path!r}: {reason}. A container can have it: install docker, podman or containerd "
        "beside the server; or let the pipeline have a workspace, which needs no mount"
    )
