"""What one life of a controller has told its backends, so that acts which a step names again are done once."""

from collections.abc import Iterable

from tidemill.compute.backends.port import Report, Unknown
from tidemill.compute.controller.stepping import Start, Stop
from tidemill.compute.models import ProcessKey


class Ledger:
    """Keys that were started, stopped or are being put away. It begins empty with every life, after which `adopt`
    tells what is there."""

    def __init__(self) -> None:
        self._started: set[ProcessKey] = set()
        self._stopped: set[ProcessKey] = set()
        self._ending: set[ProcessKey] = set()

    def heard_of(self, key: ProcessKey) -> None:
        """A backend reported on it: it is there, and must not be started."""
        self._started.add(key)

    def standing(self, reports: Iterable[Report]) -> list[Report]:
        """The reports without those that say of a process, started since, that nobody knows it."""
        return [each for each in reports if not (isinstance(each, Unknown) and each.key in self._started)]

    def take_starts(self, starts: Iterable[Start]) -> list[Start]:
        """Those that were not started yet; they count as started from now on."""
        fresh = {each.key: each for each in starts if each.key not in self._started}
        self._started.update(fresh)
        return list(fresh.values())

    def take_stops(self, stops: Iterable[Stop]) -> list[Stop]:
        """Those that were not stopped yet; they count as stopped from now on."""
        fresh = {each.key: each for each in stops if each.key not in self._stopped}
        self._stopped.update(fresh)
        return list(fresh.values())

    def take_ended(self, keys: Iterable[ProcessKey]) -> list[ProcessKey]:
        """Those that are not being put away yet; they count as such from now on."""
        fresh = [key for key in dict.fromkeys(keys) if key not in self._ending]
        self._ending.update(fresh)
        return fresh

    def failed(self, keys: Iterable[ProcessKey]) -> None:
        """Acts on these failed: whatever a step names of them is done again."""
        for key in keys:
            self._started.discard(key)
            self._stopped.discard(key)
            self._ending.discard(key)

    def forgotten(self, keys: Iterable[ProcessKey]) -> None:
        """These are gone for good. They stay known as started until then, and their tables say that they ended."""
        self.failed(keys)
