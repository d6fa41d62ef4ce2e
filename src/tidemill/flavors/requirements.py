"""What a model needs installed: `requirements.txt`, and the same as `python_env.yaml` and `conda.yaml`."""

import io
import pickletools
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from tidemill.flavors import libraries
from tidemill.flavors.errors import BrokenModelError, MissingPackageError, ModelError

FILE = "requirements.txt"
PYTHON_ENV = "python_env.yaml"
CONDA_ENV = "conda.yaml"
ENV = {"conda": CONDA_ENV, "virtualenv": PYTHON_ENV}
"""What the python_function flavor says of them."""
MOST_BYTES = 1 << 20
_NAME = re.compile(
    r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*([^;#]*?)\s*(?:;[^#]*)?(?:\s#.*)?$"
)
_PINNED = re.compile(r"==\s*([^,;\s]+)$")
_OWN = frozenset({"pip", "python"})


@dataclass(frozen=True, slots=True)
class Requirement:
    """One package by its name, and the version that it is pinned to; empty where it is not."""

    line: str
    name: str
    pinned: str = ""


def write(folder: Path, lines: Sequence[str]) -> None:
    """Write the three files. Raises ModelError for what is no requirement."""
    for line in lines:
        if "\n" in line or not line.strip():
            raise ModelError(f"{line!r} is no requirement", hint="such as scikit-learn==1.9.1")
    (folder / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    python = platform.python_version()
    build = [_pin(name) for name in ("pip", "setuptools", "wheel")]
    env = {"python": python, "build_dependencies": build, "dependencies": [f"-r {FILE}"]}
    (folder / PYTHON_ENV).write_text(yaml.safe_dump(env, sort_keys=False), encoding="utf-8")
    pip = "pip" if libraries.version("pip") is None else f"pip<={libraries.version('pip')}"
    conda: dict[str, Any] = {
        "name": "mlflow-env",
        "channels": ["conda-forge"],
        "dependencies": [f"python={python}", pip, {"pip": list(lines)}],
    }
    (folder / CONDA_ENV).write_text(yaml.safe_dump(conda), encoding="utf-8")


def read(folder: Path) -> list[Requirement]:
    """What a model's requirements.txt names; lines of options and of files are passed over. Raises BrokenModelError."""
    path = folder / FILE
    if not path.is_file():
        return []
    if path.stat().st_size > MOST_BYTES:
        raise BrokenModelError(f"{FILE} is larger than {MOST_BYTES >> 20} MiB", hint="is it a list of packages?")
    return list(parse(path.read_text(encoding="utf-8", errors="replace").splitlines()))


def parse(lines: Iterable[str]) -> Iterator[Requirement]:
    """The packages that lines name."""
    for line in lines:
        text = line.strip()
        if not text or text.startswith(("#", "-")) or "://" in text:
            continue
        if found := _NAME.match(text):
            pinned = _PINNED.match(found[2])
            yield Requirement(text, found[1], pinned[1] if pinned else "")


def missing(wanted: Iterable[Requirement]) -> list[Requirement]:
    """Those that are not installed here. MLflow itself is not needed: its models are loaded without it."""
    return [one for one in wanted if key(one.name) != "mlflow" and libraries.version(one.name) is None]


def differing(wanted: Iterable[Requirement]) -> list[tuple[Requirement, str]]:
    """Those that are pinned to a version and are installed in another, with that; local parts (+cpu) do not count."""
    found = ((one, libraries.version(one.name)) for one in wanted if one.pinned)
    return [(one, have) for one, have in found if have is not None and _public(have) != _public(one.pinned)]


def check(folder: Path) -> None:
    """Raises MissingPackageError that names all packages which a model needs and which are not installed here."""
    lacking = missing(read(folder))
    if lacking:
        words = " ".join(f"'{one.line}'" if set(one.line) & set("<>;[ ") else one.line for one in lacking)
        raise MissingPackageError(
            f"the model needs {', '.join(one.name for one in lacking)}, not installed in {sys.prefix}",
            hint=f"`pip install {words}`, or all it was saved with: `pip install -r {folder / FILE}`",
        )


def pinned(packages: Iterable[str]) -> list[str]:
    """Packages as they are installed here, pinned."""
    return [_pin(name) for name in packages]


def named_by_pickle(content: bytes) -> list[str]:
    """The installed packages whose modules a pickle names, without loading it."""
    modules: set[str] = set()
    texts: list[str] = []
    try:
        for opcode, argument, _ in pickletools.genops(io.BytesIO(content)):
            if opcode.name == "GLOBAL":
                modules.add(str(argument).partition(" ")[0])
            elif isinstance(argument, str):
                texts.append(argument)
    except ValueError:
        return []
    modules.update(text for text in texts if re.fullmatch(r"[A-Za-z_]\w*(\.\w+)*", text))
    known = metadata.packages_distributions()
    tops = {module.partition(".")[0] for module in modules} - set(sys.stdlib_module_names)
    return sorted({known[top][0] for top in tops if top in known} - _OWN - {"tidemill"}, key=str.lower)


def _pin(name: str) -> str:
    found = libraries.version(name)
    return name if found is None else f"{name}=={found}"


def _public(version: str) -> str:
    return version.partition("+")[0]


def key(name: str) -> str:
    """A package by the name under which indexes know it."""
    return re.sub(r"[-_.]+", "-", name).lower()
