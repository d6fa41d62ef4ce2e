"""containerd's own `ctr`: it pulls no image by itself, takes variables from a file, and keeps no word of memory.

Up to containerd 1.6.21 it may throw away what a container printed last (containerd#8643). So the output does not
pass through it: containerd starts a small logger, which copies both streams into those that `ctr` was given.
"""

from collections.abc import Sequence
from urllib.parse import quote

from tidemill.compute.backends.local.containers.engine import NOT_RUN, WORK, Container, Mount
from tidemill.kit.errors import InvalidError

# The container's streams are descriptors 3 and 4, and 5 is closed when the logger is ready; PID is that of `ctr`.
_LOGGER = (
    "exec 6>/proc/PID/fd/1 7>/proc/PID/fd/2; cat <&3 >&6 5>&- & cat <&4 >&7 5>&- & exec 3<&- 4<&- 5>&- 6>&- 7>&-; wait"
)
_LOG_URI = f"binary:///bin/sh?-c={quote(_LOGGER, safe='')}".replace("PID", "$$")
# It waits for a socket that is not there: ten seconds, where it may.
_PROBE = 'test -S "${CONTAINERD_ADDRESS:-/run/containerd/containerd.sock}" && exec ctr --connect-timeout 2s version'
_BEGIN = (
    'image=$1; shift; ctr images list --quiet "name==$image" | grep --quiet . || '
    f'ctr images pull "$image" || exit {NOT_RUN}; exec ctr run --log-uri "{_LOG_URI}" "$@"'
)


class Ctr:
    """The ctr command."""

    needs_file = True

    @property
    def program(self) -> str:
        return "ctr"

    def probe(self) -> Sequence[str]:
        return "sh", "-c", _PROBE

    def run(self, container: Container) -> Sequence[str]:
        image = full_name(container.image)
        if container.arguments and not container.command:
            raise InvalidError(
                "ctr cannot give arguments to the program that an image names itself",
                hint="give the whole command, or install docker, podman or nerdctl",
            )
        return (
            *("sh", "-c", _BEGIN, "ctr", image, "--rm", "--net-host"),
            *(() if container.keeps_place else ("--cwd", WORK)),
            *("--mount", f"type=bind,src={container.work},dst={WORK},options=rbind:rw"),
            *(part for each in container.mounts for part in ("--mount", _mounted(each))),
            *("--env-file", container.environment_file),
            *(("--memory-limit", str(container.memory_bytes)) if container.memory_bytes else ()),
            *(("--cpus", f"{container.cpu_milli / 1000:g}") if container.cpu_milli else ()),
            *(("--gpus", number) if (number := _gpu(container.devices)) else ()),
            *(image, container.name, *container.command, *container.arguments),
        )

    def tells_out_of_memory(self, name: str) -> Sequence[str]:
        return ()

    def end(self, name: str) -> Sequence[Sequence[str]]:
        return (
            ("ctr", "tasks", "delete", "--force", name),
            ("ctr", "containers", "delete", name),
            ("ctr", "snapshots", "delete", name),
        )


def _mounted(mount: Mount) -> str:
    if "," in mount.folder or "," in mount.path:
        raise InvalidError(f"ctr mounts nothing at a path with a comma: {mount.path!r}", hint="choose another path")
    access = "ro" if mount.is_read_only else "rw"
    return f"type=bind,src={mount.folder},dst={mount.path},options=rbind:{access}"


def full_name(image: str) -> str:
    """An image's whole name, which containerd wants, as docker reads a short one."""
    first, slash, _ = image.partition("/")
    is_host = slash and ("." in first or ":" in first or first == "localhost")
    named = image if is_host else f"docker.io/{image}" if slash else f"docker.io/library/{image}"
    return named if ":" in named.rpartition("/")[2] or "@" in named else f"{named}:latest"


def _gpu(devices: Sequence[str]) -> str:
    if len(devices) > 1 or any(not device.isdigit() for device in devices):
        raise InvalidError(
            "ctr gives a container one accelerator, by its number", hint="install docker or nerdctl beside containerd"
        )
    return "".join(devices)
