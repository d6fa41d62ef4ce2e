"""What a step asks for: the words of `@tm.step(...)`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from tidemill.kit.errors import InvalidError
from tidemill.kit.quantities import parse_bytes, parse_cpu

_MOST_RETRIES = 1000
_MOST_TIMEOUT_S = 31_536_000


class StepWords(TypedDict, total=False):
    """The options of a step; `StepOptions` says what each means."""

    packages: Sequence[str]
    cpu: float | str
    memory: int | str
    gpu: int
    retries: int
    timeout: int
    cache: bool
    name: str
    image: str
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOptions:
    """How a step is executed. Calls in process do without."""

    packages: Sequence[str] = ()
    """What is installed for it, as pip has it; with none the server's own Python executes it."""
    cpu: float | str = 0
    """Cores, or thousandths: 2, "0.5", "500m"; 0: a tenth."""
    memory: int | str = 0
    """The most that it may use, such as "2Gi"; 0: no limit of its own."""
    gpu: int = 0
    """Accelerators that are its alone."""
    retries: int = 0
    """How often it is tried again when it fails."""
    timeout: int = 0
    """The most seconds that each try may take; 0: any time."""
    cache: bool = True
    """Whether what the same code made of the same inputs before may be taken instead."""
    name: str = ""
    """Its name in a run; else the function's."""
    image: str = ""
    """Where it runs on Kubernetes; else Python's own."""
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    """Environment variables."""

    def __post_init__(self) -> None:
        if isinstance(self.packages, str):
            raise InvalidError(f"packages is one text, {self.packages!r}", hint='give a list: packages=["pandas"]')
        for name, least, most in (("retries", 0, _MOST_RETRIES), ("timeout", 0, _MOST_TIMEOUT_S), ("gpu", 0, 1024)):
            value: Any = getattr(self, name)
            if not isinstance(value, int) or not least <= value <= most:
                raise InvalidError(f"{name} is {value!r}, and is a whole number from {least} to {most:,}")
        if self.cpu:
            parse_cpu(str(self.cpu))
        if self.memory:
            parse_bytes(str(self.memory))
