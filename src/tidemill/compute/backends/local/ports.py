"""Free ports for processes: nobody else's, and none given twice while its process lives."""

import socket
from collections.abc import Sequence

from tidemill.compute.models import ProcessKey

_TRIES = 100


class Reservation:
    """Ports held by sockets that are bound, until just before the process starts that will bind them itself."""

    def __init__(self, sockets: dict[str, socket.socket]) -> None:
        self._sockets = sockets
        self.numbers: dict[str, int] = {name: each.getsockname()[1] for name, each in sockets.items()}

    def release(self) -> None:
        """Let the process have them."""
        for each in self._sockets.values():
            each.close()
        self._sockets = {}


class Ports:
    """The ports of the processes of this backend."""

    def __init__(self) -> None:
        self._given: dict[ProcessKey, frozenset[int]] = {}

    def reserve(self, key: ProcessKey, names: Sequence[str]) -> Reservation:
        """A free port for each name, its process's own until `forget`. Raises OSError where there are none left."""
        taken = frozenset[int]().union(*self._given.values())
        sockets: dict[str, socket.socket] = {}
        try:
            for name in dict.fromkeys(names):
                sockets[name] = _bound(taken)
        except OSError:
            Reservation(sockets).release()
            raise
        reservation = Reservation(sockets)
        if names:
            self._given[key] = frozenset(reservation.numbers.values())
        return reservation

    def forget(self, key: ProcessKey) -> None:
        """Its process is gone."""
        self._given.pop(key, None)


def _bound(taken: frozenset[int]) -> socket.socket:
    """A socket bound to a port on every address. Without SO_REUSEADDR, so that nobody can share it."""
    for _ in range(_TRIES):
        opened = socket.socket()
        try:
            opened.bind(("", 0))
        except OSError:
            opened.close()
            raise
        if opened.getsockname()[1] not in taken:
            return opened
        opened.close()
    raise OSError("no port is free")
