"""Help, completion and `import tidemill` are instant: they load none of what only servers need."""

import subprocess
import sys
from pathlib import Path

import pytest

_HEAVY = {
    "alembic", "asyncio", "cloudpickle", "httpx", "mlflow", "msgspec", "numpy", "obstore", "psutil", "sqlalchemy",
    "starlette", "structlog", "uvicorn",
}  # fmt: skip
_PRINT_MODULES = "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"


@pytest.mark.parametrize("words", [[], ["--help"], ["--version"], ["completion", "bash"]])
def test_the_command_loads_nothing_heavy(words: list[str]) -> None:
    program = f"import sys; from tidemill.cli import main\ntry: main({words!r})\nfinally: {_PRINT_MODULES}"
    assert _loaded(program) & _HEAVY == set()


def test_the_package_loads_nothing_at_all() -> None:
    loaded = _loaded(f"import sys; before = set(sys.modules); import tidemill; {_PRINT_MODULES}")
    assert "tidemill" in loaded
    assert loaded & {*_HEAVY, "click"} == set()


def test_a_server_on_sqlite_loads_no_other_database() -> None:
    program = "import sys, tidemill.server.serving; print(*sys.modules, file=sys.stderr)"
    assert {"sqlalchemy.dialects.postgresql", "psycopg", "alembic.command"} & _loaded(program) == set()


def test_completing_a_command_loads_no_command(tmp_path: Path) -> None:
    program = (
        "import sys, os; os.environ |= {'_TIDEMILL_COMPLETE': 'bash_complete', 'COMP_WORDS': 'tidemill d', "
        f"'COMP_CWORD': '1'}}\nfrom tidemill.cli import main\ntry: main()\nfinally: {_PRINT_MODULES}"
    )
    assert _loaded(program) & _HEAVY == set()


def _loaded(program: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    return set(done.stderr.splitlines()[-1].split())
