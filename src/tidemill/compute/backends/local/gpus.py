"""The accelerators of this machine: by NVML where its Python module is installed, else by `nvidia-smi`, or declared."""

import importlib
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tidemill.kit.errors import InvalidError

_DECLARED = re.compile(r"(\d{1,4})x([^\s,x][^,]{0,99})")
_SMI_S = 20.0
_MIB = 1024 * 1024
NONE = "none"
MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Gpu:
    """One accelerator, by the name that CUDA_VISIBLE_DEVICES takes."""

    device: str
    model: str


@dataclass(frozen=True, slots=True)
class GpuUse:
    """How busy one is, in thousandths, and how much of its memory is held."""

    busy_milli: int
    memory_bytes: int


def declared_gpus(text: str) -> list[Gpu]:
    """An inventory that somebody wrote: "4xA100", or "none". Raises InvalidError."""
    if text == NONE:
        return []
    found = _DECLARED.fullmatch(text.strip())
    if found is None:
        raise InvalidError(f"{text!r} is no inventory of accelerators", hint='write a number and a model: "4xA100"')
    return [Gpu(str(number), found[2]) for number in range(int(found[1]))]


def found_gpus(path: str | None = None) -> list[Gpu]:
    """Those that this machine has. `path` is where `nvidia-smi` is looked for."""
    nvml = _nvml()
    if nvml is not None:
        return [Gpu(_text(nvml.nvmlDeviceGetUUID(each)), _model(nvml.nvmlDeviceGetName(each))) for each in _all(nvml)]
    rows = _smi(path, "uuid,name")
    return [Gpu(row[0], _model(row[1])) for row in rows if len(row) == 2]


def model_of(gpus: Iterable[Gpu]) -> str:
    """The model that they all are; "mixed" where they are not the same, and empty for none."""
    models = Counter(gpu.model for gpu in gpus)
    return "" if not models else next(iter(models)) if len(models) == 1 else MIXED


def gpu_use(path: str | None = None) -> Mapping[str, GpuUse]:
    """What each does now, by device."""
    nvml = _nvml()
    if nvml is not None:
        return {_text(nvml.nvmlDeviceGetUUID(each)): _use(nvml, each) for each in _all(nvml)}
    rows = _smi(path, "uuid,utilization.gpu,memory.used")
    return {row[0]: GpuUse(int(row[1]) * 10, int(row[2]) * _MIB) for row in rows if _is_use(row)}


def _nvml() -> Any:
    """NVML's module, begun; None where it or the driver is not there."""
    try:
        nvml = importlib.import_module("pynvml")
    except ImportError:
        return None
    try:
        nvml.nvmlInit()
    except nvml.NVMLError:
        return None
    return nvml


def _all(nvml: Any) -> list[Any]:
    return [nvml.nvmlDeviceGetHandleByIndex(number) for number in range(nvml.nvmlDeviceGetCount())]


def _use(nvml: Any, handle: Any) -> GpuUse:
    try:
        busy = int(nvml.nvmlDeviceGetUtilizationRates(handle).gpu)
    except nvml.NVMLError:  # a slice of a card does not tell
        busy = 0
    return GpuUse(busy * 10, int(nvml.nvmlDeviceGetMemoryInfo(handle).used))


def _smi(path: str | None, columns: str) -> list[Sequence[str]]:
    program = shutil.which("nvidia-smi", path=path)
    if program is None:
        return []
    command = [program, f"--query-gpu={columns}", "--format=csv,noheader,nounits"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=_SMI_S, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return []
    return [[cell.strip() for cell in line.split(",")] for line in told.stdout.splitlines()]


def _is_use(row: Sequence[str]) -> bool:
    return len(row) == 3 and row[1].isdigit() and row[2].isdigit()


def _text(told: str | bytes) -> str:
    return told.decode() if isinstance(told, bytes) else told


def _model(name: str | bytes) -> str:
    return _text(name).removeprefix("NVIDIA ").strip()
