"""A folder from which a container is built that asks a model: rows on its input, predictions on its output."""

import shutil
import sys
from pathlib import Path

from tidemill.flavors import folders, requirements
from tidemill.flavors.errors import ModelError, UnsafeModelError
from tidemill.flavors.loading import describe

_OURS = ("numpy", "pandas", "pyyaml")
"""What reading the format needs, beside the model's own requirements."""
_PARTS = ("flavors", "kit")
_DOCKERFILE = """\
# Asks a model: docker build -t NAME . && docker run -i NAME < rows.json
FROM python:{python}-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY tidemill tidemill
COPY model model
RUN useradd --system asker
USER asker
ENV PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["python", "-m", "tidemill.flavors.batch", "/app/model"{trust}]
"""


def pack(source: Path, target: Path, *, allow_pickle: bool) -> list[Path]:
    """Write a build context: Dockerfile, requirements, the model, and what loads it. Gives its entries.

    Raises UnsafeModelError for a model that could run code of its author, unless that is allowed: the container's
    command then says so too. Raises ModelError for a folder that is there.
    """
    described = describe(source)
    folders.check_checksums(source)
    if not described.is_safe and not allow_pickle:
        raise UnsafeModelError(
            f"{'; '.join(described.dangers)}: the container would run whatever its author wrote",
            hint="pack it with --allow-pickle if you trust where it comes from",
        )
    if target.exists():
        raise ModelError(f"{target} is there already", hint="remove it, or name another folder")
    list(folders.files_of(source))  # refuses links
    shutil.copytree(source, target / "model")
    package = Path(__file__).parent.parent
    ignored = shutil.ignore_patterns("__pycache__")
    for part in _PARTS:
        shutil.copytree(package / part, target / "tidemill" / part, ignore=ignored)
    shutil.copyfile(package / "__init__.py", target / "tidemill" / "__init__.py")
    wanted = [one.line for one in requirements.read(source)]
    named = {requirements.key(one.name) for one in requirements.read(source)}
    lines = [*wanted, *(requirements.pinned(name for name in _OURS if requirements.key(name) not in named))]
    (target / requirements.FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    trust = ', "--allow-pickle"' if not described.is_safe else ""
    (target / "Dockerfile").write_text(_DOCKERFILE.format(python=_python(described.told.pyfunc), trust=trust))
    return sorted(target.iterdir())


def _python(section: object) -> str:
    """The Python that the model was saved with, without its last part."""
    told = str(getattr(section, "get", dict[str, str]().get)("python_version") or "")
    parts = told.split(".")
    known = len(parts) >= 2 and all(part.isdigit() for part in parts[:2])
    return ".".join(parts[:2]) if known else f"{sys.version_info.major}.{sys.version_info.minor}"
