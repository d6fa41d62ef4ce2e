"""The conformance suite of `Backend`: what every implementation must pass, ours or another's.

    class TestMyBackend(BackendContract):
        programs = MyPrograms()                  # where a command of the shell will not do

        def make(self) -> Backend:               # one more instance on the same nodes
            return MyBackend(...)

        async def start_and_die(self, launches):
            ...                                  # start them in a server that is killed once they run

        async def lose(self, backend, key):
            ...                                  # kill what watches over a process, behind the backend's back

`BackendContract` is for all. What only some can do is a contract beside it, for who can to subclass too:
`MemoryContract` (memory is limited and measured) and `ProcessContract` (processes are real, and on this machine).

The suite says what its processes do and not how: `Programs` makes each a command for a shell. A backend without one
gives its own, as the fake does, whose script knows what each stands for.

Imports pytest, so only tests may import this package.
"""

from tidemill.compute.backends.contract.memory import MemoryContract
from tidemill.compute.backends.contract.processes import ProcessContract
from tidemill.compute.backends.contract.programs import LINE_BYTES, Programs
from tidemill.compute.backends.contract.reading import (
    PATIENCE_S,
    first_line,
    lines_of,
    log_of,
    said,
    until_forgotten,
    until_said,
)
from tidemill.compute.backends.contract.reports import Reports
from tidemill.compute.backends.contract.required import BackendContract
from tidemill.compute.backends.contract.suite import new_key

__all__ = [
    "LINE_BYTES",
    "PATIENCE_S",
    "BackendContract",
    "MemoryContract",
    "ProcessContract",
    "Programs",
    "Reports",
    "first_line",
    "lines_of",
    "log_of",
    "new_key",
    "said",
    "until_forgotten",
    "until_said",
]
