"""docker, and what engines with the same command line share with it."""

from collections.abc import Sequence

from tidemill.compute.backends.local.containers.engine import WORK, Container, Mount


class Docker:
    """The docker command. Variables are named only: the program takes their values from its own environment."""

    needs_file = False

    @property
    def program(self) -> str:
        return "docker"

    def probe(self) -> Sequence[str]:
        return self.program, "version"

    def run(self, container: Container) -> Sequence[str]:
        return (
            *(self.program, "run", "--name", container.name, "--network", "host"),
            *("--volume", f"{container.work}:{WORK}"),
            *(part for each in container.mounts for part in ("--volume", _mounted(each))),
            *(() if container.keeps_place else ("--workdir", WORK)),
            *(part for name in container.variables for part in ("--env", name)),
            *(("--memory", str(container.memory_bytes)) if container.memory_bytes else ()),
            *(("--memory-swap", str(container.memory_bytes)) if container.memory_bytes else ()),
            *(("--cpus", f"{container.cpu_milli / 1000:g}") if container.cpu_milli else ()),
            *self.gpus(container.devices),
            *self.user(container),
            *(("--entrypoint", container.command[0]) if container.command else ()),
            *(container.image, *container.command[1:], *container.arguments),
        )

    def tells_out_of_memory(self, name: str) -> Sequence[str]:
        return self.program, "inspect", "--format", "{{.State.OOMKilled}}", name

    def end(self, name: str) -> Sequence[Sequence[str]]:
        return ((self.program, "rm", "--force", "--volumes", name),)

    def gpus(self, devices: Sequence[str]) -> Sequence[str]:
        """The flags that give it these accelerators."""
        return ("--gpus", f'"device={",".join(devices)}"') if devices else ()

    def user(self, container: Container) -> Sequence[str]:
        """The flags that make what it writes ours."""
        return ("--user", container.user) if container.user else ()


def _mounted(mount: Mount) -> str:
    return f"{mount.folder}:{mount.path}" + (":ro" if mount.is_read_only else "")
