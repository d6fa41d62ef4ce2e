"""nerdctl: docker's command line over containerd."""

from tidemill.compute.backends.local.containers.docker import Docker


class Nerdctl(Docker):
    @property
    def program(self) -> str:
        return "nerdctl"
