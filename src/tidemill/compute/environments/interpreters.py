"""The Pythons of this machine. None is ever downloaded."""

import os
import platform
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from tidemill.compute.environments.models import Interpreter
from tidemill.compute.environments.programs import ask_program, find_uv
from tidemill.kit.errors import InvalidError

_VERSION = "import platform; print(platform.python_version())"


class Pythons:
    """Finds one of a version; what it has found it remembers."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._found: dict[str, Interpreter] = {"": Interpreter(Path(sys.executable), platform.python_version())}

    @property
    def own(self) -> Interpreter:
        """The one that runs this very program."""
        return self._found[""]

    async def find(self, version: str) -> Interpreter:
        """One of this version ("3.12", "3.12.4"); empty: our own. Raises InvalidError where there is none."""
        if f"{self.own.version}.".startswith(f"{version}."):
            return self.own
        known = self._found.get(version)
        if known is None or not known.path.exists():
            known = self._found[version] = await self._look_for(version)
        return known

    async def _look_for(self, version: str) -> Interpreter:
        path = await self._by_uv(version) or shutil.which(
            f"python{version}", path=self._variables.get("PATH", os.defpath)
        )
        if path:
            code, found, _ = await ask_program([path, "-I", "-c", _VERSION], self._variables)
            if code == 0 and f"{found}.".startswith(f"{version}."):
                return Interpreter(Path(path), found)
        raise InvalidError(
            f"this machine has no Python {version}, and none is downloaded for a workload",
            hint=f"`uv python install {version}` installs it; without a version it is the server's {self.own.version}",
        )

    async def _by_uv(self, version: str) -> str:
        uv = find_uv(self._variables)
        if uv is None:
            return ""
        command = [uv, "python", "find", "--no-python-downloads", "--no-config", "--no-project", "--system", version]
        code, found, _ = await ask_program(command, self._variables)
        return found if code == 0 else ""
