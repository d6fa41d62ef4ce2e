"""containerd's own `ctr`: it pulls no image by itself, takes variables from a file, and keeps no word of memory."""

from collections.abc import Sequence

from tidemill.compute.backends.local.containers.engine import NOT_RUN, WORK, Container
from tidemill.kit.errors import InvalidError

_BEGIN = (
    'image=$1; shift; ctr images list --quiet "name==$image" | grep --quiet . || '
    f'ctr images pull "$image" || exit {NOT_RUN}; exec ctr run "$@"'
)


class Ctr:
    """The ctr command."""

    needs_file = True

    @property
    def program(self) -> str:
        return "ctr"

    def probe(self) -> Sequence[str]:
        return "ctr", "version"

    def run(self, container: Container) -> Sequence[str]:
        image = full_name(container.image)
        return (
            *("sh", "-c", _BEGIN, "ctr", image, "--rm", "--net-host", "--cwd", WORK),
            *("--mount", f"type=bind,src={container.work},dst={WORK},options=rbind:rw"),
            *("--env-file", container.environment_file),
            *(("--memory-limit", str(container.memory_bytes)) if container.memory_bytes else ()),
            *(("--cpus", f"{container.cpu_milli / 1000:g}") if container.cpu_milli else ()),
            *(("--gpus", number) if (number := _gpu(container.devices)) else ()),
            *(image, container.name, *container.command),
        )

    def tells_out_of_memory(self, name: str) -> Sequence[str]:
        return ()

    def end(self, name: str) -> Sequence[Sequence[str]]:
        return (
            ("ctr", "tasks", "delete", "--force", name),
            ("ctr", "containers", "delete", name),
            ("ctr", "snapshots", "delete", name),
        )


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
