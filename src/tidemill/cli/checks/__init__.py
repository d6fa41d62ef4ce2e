"""What `tidemill doctor` looks at, a file a subject. One more check is one more function, named in its file's table."""

from tidemill.cli.checks.check import Checker, State, Verdict
from tidemill.cli.checks.computing import COMPUTING
from tidemill.cli.checks.installation import INSTALLATION
from tidemill.cli.checks.machine import MACHINE
from tidemill.cli.checks.serving import SERVING
from tidemill.cli.checks.storage import STORAGE

ALL: dict[str, Checker] = {**INSTALLATION, **MACHINE, **SERVING, **STORAGE, **COMPUTING}

__all__ = ["ALL", "COMPUTING", "INSTALLATION", "MACHINE", "SERVING", "STORAGE", "Checker", "State", "Verdict"]
