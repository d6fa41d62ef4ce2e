"""podman: docker's command line, with accelerators by CDI and our own user mapped to root where it runs without."""

from collections.abc import Sequence

from tidemill.compute.backends.local.containers.docker import Docker
from tidemill.compute.backends.local.containers.engine import Container


class Podman(Docker):
    @property
    def program(self) -> str:
        return "podman"

    def gpus(self, devices: Sequence[str]) -> Sequence[str]:
        return [part for device in devices for part in ("--device", f"nvidia.com/gpu={device}")]

    def user(self, container: Container) -> Sequence[str]:
        return ()
