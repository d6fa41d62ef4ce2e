"""The import contracts hold, and would be seen to break: each is broken on purpose in a small house of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import source

LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"

# A house with a room of every kind; nothing in it breaks a contract.
HOUSE = {
    "kit/__init__.py": "",
    "kit/errors.py": "class TidemillError(Exception): ...",
    "flavors/__init__.py": "",
    "flavors/pytorch.py": "import torch",
    "runtime/__init__.py": "",
    "sdk/__init__.py": "from tidemill.kit.errors import TidemillError",
    "core/__init__.py": "",
    "core/database/__init__.py": "import sqlalchemy\nfrom tidemill.core.database.engine import Engine",
    "core/database/engine.py": "class Engine: ...",
    "core/events.py": "",
    "tenancy/__init__.py": "from tidemill.tenancy.service import Workspaces",
    "tenancy/models.py": "",
    "tenancy/service.py": "import tidemill.tenancy.store\nclass Workspaces: ...",
    "tenancy/store.py": "import tidemill.tenancy.tables, tidemill.tenancy.models",
    "tenancy/tables.py": "from tidemill.core.database import Engine",
    "tracking/__init__.py": "from tidemill.tracking.runs.service import Runs",
    "tracking/runs/__init__.py": "",
    "tracking/runs/models.py": "",
    "tracking/runs/service.py": "from tidemill.tracking.runs import store\nimport tidemill.tenancy\nclass Runs: ...",
    "tracking/runs/store.py": "from tidemill.tracking.runs import tables",
    "tracking/runs/tables.py": "",
    "tracking/search/__init__.py": "",
    "tracking/search/store.py": "from tidemill.tracking.runs import models, tables",
    "tracing/__init__.py": "",
    "registry/__init__.py": "from tidemill.tracking import Runs",
    "compute/__init__.py": "",
    "compute/backends/__init__.py": "",
    "compute/backends/ray.py": "import ray",
    "protocols/__init__.py": "",
    "protocols/mlflow/__init__.py": "from tidemill.tracking import Runs",
    "protocols/kfp/__init__.py": "from tidemill import registry",
    "server/__init__.py": "from tidemill.protocols import mlflow\nimport tidemill.tenancy.service",
    "server/schema.py": "from tidemill.tenancy import tables",
}

BREACHES = {
    "a lower slice imports a higher one": ("tracking/runs/service.py", "import tidemill.registry", "The house"),
    "neighbours of a row meet": ("tracing/__init__.py", "import tidemill.tracking.runs", "The house"),
    "the kit imports the core": ("kit/errors.py", "import tidemill.core.events", "The house"),
    "the command line imports the server": ("cli/up.py", "import tidemill.server", "The house"),
    "a package has no storey": ("newcomer/__init__.py", "", "The house"),
    "a store imports its service": ("tenancy/store.py", "import tidemill.tenancy.service", "Inside a slice"),
    "a model imports its noun's tables": ("tracking/runs/models.py", "import tidemill.tracking.runs.tables", "Inside"),
    "a dialect reaches behind a face": ("protocols/mlflow/wire.py", "import tidemill.tracking.runs.store", "faces"),
    "a slice reaches behind a slice's face": ("tracking/runs/service.py", "import tidemill.tenancy.models", "faces"),
    "a slice reaches into a part of the core": ("tenancy/gate.py", "import tidemill.core.database.engine", "faces"),
    "a dialect skips the slice's face": ("protocols/mlflow/wire.py", "import tidemill.tracking.runs", "faces"),
    "a service reads tables": ("tenancy/service.py", "import tidemill.tenancy.tables", "Tables"),
    "a sibling's service reads tables": (
        "tracking/search/service.py",
        "import tidemill.tracking.runs.tables",
        "Tables",
    ),
    "the kit imports the database library": ("kit/ids.py", "import sqlalchemy.orm", "client ring"),
    "the sdk imports a web framework": ("sdk/client.py", "import starlette", "client ring"),
    "a flavor imports the database library": ("flavors/pytorch.py", "import sqlalchemy", "client ring"),
    "a slice imports ray": ("tracking/runs/service.py", "import ray.train", "Ray and Kubernetes"),
    "a slice imports a framework": ("tracking/runs/service.py", "import torch", "frameworks"),
    "nouns of a slice need each other": (
        "tracking/runs/store.py",
        "import tidemill.tracking.search.store",
        "No package",
    ),
    "a dialect imports another": ("protocols/kfp/wire.py", "import tidemill.protocols.mlflow", "dialects"),
    "modules import each other": ("core/database/engine.py", "import tidemill.core.database.pool", "No package"),
}
_ACCOMPLICES = {"modules import each other": ("core/database/pool.py", "import tidemill.core.database.engine")}


def test_the_package_keeps_every_contract() -> None:
    verdict = _lint_imports(source.ROOT, source.PACKAGE.parent)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


class TestTheContracts:
    def test_are_kept_by_a_house_in_order(self, tmp_path: Path) -> None:
        _build_house(tmp_path)
        verdict = _lint_imports(tmp_path, tmp_path / "src")
        assert verdict.returncode == 0, verdict.stdout + verdict.stderr

    @pytest.mark.parametrize("breach", BREACHES)
    def test_are_broken_when(self, tmp_path: Path, breach: str) -> None:
        file, line, contract = BREACHES[breach]
        _build_house(tmp_path)
        _append(tmp_path, file, line)
        if breach in _ACCOMPLICES:
            _append(tmp_path, *_ACCOMPLICES[breach])
        verdict = _lint_imports(tmp_path, tmp_path / "src")
        assert verdict.returncode == 1, verdict.stdout + verdict.stderr
        broken = verdict.stdout.split("Broken contracts")[1]
        assert contract in broken
        assert any(part in broken for part in file.removesuffix(".py").split("/")), "the offender is not named"

    def test_name_every_package_of_the_client_ring(self) -> None:
        contract = (source.ROOT / ".importlinter").read_text().split("[importlinter:contract:client-ring]")[1]
        listed = contract.split("source_modules =")[1].split("forbidden_modules")[0].split()
        built = {
            f"tidemill.{name}" for name in ("kit", "flavors", "sdk", "runtime") if (source.PACKAGE / name).exists()
        }
        assert built <= set(listed), "add the package to source_modules of the contract client-ring"


def _build_house(folder: Path) -> None:
    _append(folder, "__init__.py", "")
    for file, content in HOUSE.items():
        _append(folder, file, content)
    contract = folder / "tests" / "architecture"
    contract.mkdir(parents=True)
    shutil.copy(source.TESTS / "architecture" / "facade_contract.py", contract)
    shutil.copy(source.ROOT / ".importlinter", folder)


def _append(folder: Path, file: str, line: str) -> None:
    path = folder / "src" / "tidemill" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "__init__.py").touch()
    with path.open("a") as module:
        module.write(f"\n{line}\n")


def _lint_imports(folder: Path, sources: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{sources}{os.pathsep}{folder}", "COLUMNS": "1000"},
        capture_output=True,
        text=True,
        check=False,
    )
