"""Which loaded modules are the user's own, and which are installed: where they run elsewhere, only those are there."""

import functools
import os
import site
import sysconfig
from types import ModuleType

_PACKAGE = __name__.partition(".")[0]


def is_own(name: str, module: ModuleType) -> bool:
    """Whether a module lies beside the user's script, or wherever else nothing is installed."""
    if name == "__main__" or name.partition(".")[0] == _PACKAGE:
        return False  # the main module always is; we are there already
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and not os.path.realpath(file).startswith(_installed())


@functools.cache
def _installed() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    kept = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    places = {*kept, *site.getsitepackages(), site.getusersitepackages()}
    return tuple(f"{os.path.realpath(path)}{os.sep}" for path in places)
