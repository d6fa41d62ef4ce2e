"""Which Python of this machine a component runs under: the one that its image names, where it is there."""

from msgspec import structs

from tidemill.compute import Environment, Pythons
from tidemill.kit.errors import InvalidError
from tidemill.pipelines.runs.lightweight import Lightweight, python_of

_OLDEST = (3, 11)
"""Of steps: what fetches and hands in their files runs in their process."""


class PythonChoice:
    """Chooses, and remembers what this machine has not for as long as the server runs."""

    def __init__(self, pythons: Pythons) -> None:
        self._pythons = pythons
        self._absent: set[str] = set()

    async def chosen(self, component: Lightweight, image: str) -> tuple[Environment, str]:
        """The environment of a component, and what is to be said of its Python; empty: nothing."""
        wanted, own = python_of(image), self._pythons.own.version
        if not wanted or f"{own}.".startswith(f"{wanted}."):
            return component.environment, ""
        if tuple(int(part) for part in wanted.split(".")) < _OLDEST:
            return (
                component.environment,
                f"it ran under Python {own}: steps need 3.11 or newer, and {image} has {wanted}",
            )
        if await self._is_there(wanted):
            return structs.replace(component.environment, python=wanted), ""
        return component.environment, f"it ran under Python {own}: this machine has no Python {wanted}, as {image} has"

    async def _is_there(self, version: str) -> bool:
        if version in self._absent:
            return False
        try:
            await self._pythons.find(version)
        except InvalidError:
            self._absent.add(version)
            return False
        return True
