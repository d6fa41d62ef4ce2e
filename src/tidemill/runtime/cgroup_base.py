"""Where this process may make control groups, if anywhere.

Version 2 lets only a group without processes of its own hand controllers down to groups below it (save for the
root), so a base is looked for in our own group, where we are alone in it and can move aside, and then beside it.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidemill.runtime.records import Record

BASE_NAME = "tidemill"
_ASIDE_NAME = "tidemill-server"
_V1_CONTROLLERS = ("memory", "cpu", "cpuacct", "pids")
_V2_CONTROLLERS = ("memory", "cpu", "pids")
_V1_FILES = {"memory": "memory.limit_in_bytes", "cpu": "cpu.cfs_quota_us", "pids": "cgroup.procs"}


def find_base(mountinfo: str, own: str) -> "Record | None":
    """Make a base for groups and give its record; None where none can be made.

    `mountinfo` and `own` are the texts of /proc/self/mountinfo and /proc/self/cgroup. Version 2 is taken where it
    has the memory controller, else whatever version 1 allows.
    """
    mounts = list(_mounts(mountinfo))
    groups = _own_groups(own)
    for kind, _, root, point in mounts:
        if kind == "cgroup2" and (folder := _claim_v2(_place(point, root, groups.get("", "/")))):
            return {"version": 2, "folders": folder}
    folders: dict[str, str] = {}
    for kind, options, root, point in mounts:
        for controller in _V1_CONTROLLERS:
            if kind == "cgroup" and controller in options and controller not in folders:
                place = _claim_v1(_place(point, root, groups.get(controller, "/")), controller)
                if place is not None:
                    folders[controller] = place
    return {"version": 1, "folders": folders} if folders else None


def find_own_base() -> "Record | None":
    """A base for the groups of this very process's children."""
    try:
        with open("/proc/self/mountinfo") as mounts, open("/proc/self/cgroup") as own:
            return find_base(mounts.read(), own.read())
    except OSError:
        return None


def survey(mountinfo: str, own: str) -> "tuple[int, list[str]]":
    """Which version could be used here, and which controllers, judged by rights alone: makes and changes nothing."""
    groups = _own_groups(own)
    found: list[str] = []
    for kind, options, root, point in _mounts(mountinfo):
        if kind == "cgroup2":
            place = _place(point, root, groups.get("", "/"))
            there = [word for word in _words(place, "cgroup.controllers") if word in _V2_CONTROLLERS]
            if "memory" in there and (_may_hold(place) or _may_hold(os.path.dirname(place))):
                return 2, there
        else:
            named = [each for each in _V1_CONTROLLERS if each in options]
            found += [each for each in named if os.access(_place(point, root, groups.get(each, "/")), os.W_OK)]
    return (1, found) if found else (0, [])


def survey_own() -> "tuple[int, list[str]]":
    """The same for this very process."""
    try:
        with open("/proc/self/mountinfo") as mounts, open("/proc/self/cgroup") as own:
            return survey(mounts.read(), own.read())
    except OSError:
        return 0, []


def _may_hold(folder: str) -> bool:
    return os.access(folder, os.W_OK) and os.access(os.path.join(folder, "cgroup.subtree_control"), os.W_OK)


def _mounts(mountinfo: str) -> "Iterator[tuple[str, list[str], str, str]]":
    """Kind, options, root within the file system, and mount point."""
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            fields = before.split(" ")
            yield kind, options.split(","), fields[3], fields[4]


def _own_groups(own: str) -> dict[str, str]:
    """Controller → path of our group in its tree; version 2's is named by the empty text."""
    groups: dict[str, str] = {}
    for line in own.splitlines():
        _, controllers, path = line.split(":", 2)
        groups.update(dict.fromkeys(controllers.split(","), path))
    return groups


def _place(point: str, root: str, path: str) -> str:
    """Where our group is, as we see it; the mount point itself where ours lies outside of what is mounted."""
    below = path.removeprefix(root) if root != "/" else path
    place = os.path.join(point, below.lstrip("/"))
    return place if ".." not in path.split("/") and os.path.isdir(place) else point


def _claim_v1(place: str, controller: str) -> "str | None":
    folder = _made(place)
    if folder is None:
        return None
    needed = os.path.join(folder, _V1_FILES.get(controller, "cgroup.procs"))
    return folder if os.access(needed, os.W_OK) else None


def _claim_v2(own: str) -> "dict[str, str] | None":
    for place in (own, os.path.dirname(own)):
        if not os.path.exists(os.path.join(place, "cgroup.procs")):
            continue
        if _hands_down(place) or (place == own and _stands_aside(own) and _hands_down(own)):
            folder = _made(place)
            if folder is not None and _hands_down(folder) and os.access(f"{place}/cgroup.procs", os.W_OK):
                return dict.fromkeys(_enabled(folder), folder)
    return None


def _hands_down(folder: str) -> bool:
    """Let groups below have what controllers there are; whether the memory controller is among them."""
    for controller in _V2_CONTROLLERS:
        if controller not in _enabled(folder) and controller in _words(folder, "cgroup.controllers"):
            _written(folder, "cgroup.subtree_control", f"+{controller}")
    return "memory" in _enabled(folder)


def _enabled(folder: str) -> list[str]:
    return [word for word in _words(folder, "cgroup.subtree_control") if word in _V2_CONTROLLERS]


def _stands_aside(own: str) -> bool:
    """Move ourselves into a group below our own, where nobody else is in it."""
    if _words(own, "cgroup.procs") != [str(os.getpid())]:
        return False
    aside = os.path.join(own, _ASIDE_NAME)
    try:
        os.makedirs(aside, exist_ok=True)
    except OSError:
        return False
    return _written(aside, "cgroup.procs", "0")


def _made(place: str) -> "str | None":
    folder = os.path.join(place, BASE_NAME)
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:
        return None
    return folder


def _words(folder: str, name: str) -> list[str]:
    try:
        with open(os.path.join(folder, name)) as file:
            return file.read().split()
    except OSError:
        return []


def _written(folder: str, name: str, value: str) -> bool:
    try:
        with open(os.path.join(folder, name), "w") as file:
            file.write(value)
    except OSError:
        return False
    return True
