"""Python, its SQLite, the built page, and the packages around Tidemill."""

import platform
import sqlite3
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.util import find_spec

from tidemill.cli.checks.check import Checker, Verdict, error, ok, warning
from tidemill.core.settings import Loaded, unknown_variables

_PYTHON_OLDEST = (3, 11)
_SQLITE_OLDEST = (3, 35, 0)
_MLFLOW_OLDEST = 2


def _python(loaded: Loaded) -> Verdict:
    detail = f"{platform.python_version()} at {sys.executable}, Tidemill {version('tidemill')}"
    if sys.version_info < _PYTHON_OLDEST:
        return error(detail, "use Python 3.11 or newer")
    return ok(detail)


def _sqlite(loaded: Loaded) -> Verdict:
    if sqlite3.sqlite_version_info < _SQLITE_OLDEST:
        return error(sqlite3.sqlite_version, "use a Python with SQLite 3.35 or newer, or --database postgresql://...")
    return ok(sqlite3.sqlite_version)


def _page(loaded: Loaded) -> Verdict:
    if files("tidemill").joinpath("server", "page", "index.html").is_file():
        return ok("built")
    return warning("not built: the API works, and a browser sees a notice", "make page, or install a released wheel")


def _clients(loaded: Loaded) -> Verdict:
    found = {name: installed for name in ("mlflow", "mlflow-skinny") if (installed := _version(name)) is not None}
    if not found:
        return ok("no mlflow client here; it is needed only where you train")
    detail = ", ".join(f"{name} {installed}" for name, installed in found.items())
    if any(int(installed.split(".")[0]) < _MLFLOW_OLDEST for installed in found.values()):
        return warning(f"{detail}: older than what Tidemill is tested with", "pip install --upgrade mlflow")
    return ok(detail)


def _extras(loaded: Loaded) -> Verdict:
    needed = loaded.settings.database_url.startswith("postgresql")
    if find_spec("psycopg") is not None:
        return ok(f"postgres (psycopg {_version('psycopg')})")
    if needed:
        return error("the database is PostgreSQL, and psycopg is not installed", "pip install 'tidemill[postgres]'")
    return ok("none; postgres is needed only for --database postgresql://...")


def _settings(loaded: Loaded) -> Verdict:
    unknown = unknown_variables()
    if unknown:
        detail = f"{', '.join(unknown)} in the environment: no setting has that name"
        return warning(detail, "`tidemill config list` names every variable")
    given = [name for name, origin in loaded.origins.items() if origin != "default"]
    return ok(f"{', '.join(given)} given, all others by default" if given else "all by default")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


INSTALLATION: dict[str, Checker] = {
    "python": _python,
    "sqlite": _sqlite,
    "page": _page,
    "clients": _clients,
    "extras": _extras,
    "settings": _settings,
}
