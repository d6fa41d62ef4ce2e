"""How large a task is and what it finds around it: the same words for `submit`, `@task`, `run` and the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from tidemill.kit.errors import InvalidError
from tidemill.kit.quantities import parse_bytes, parse_cpu
from tidemill.sdk.messages import Environment, Resources, Restart, Spec


class TaskOptions(TypedDict, total=False):
    """The options of a task; `Options` says what each means."""

    cpu: float | str
    memory: int | str
    gpu: int
    gpu_model: str
    disk: int | str
    requirements: Sequence[str]
    python: str
    image: str
    env: Mapping[str, str]
    secrets: Mapping[str, str]
    retries: int
    timeout: float
    priority: int
    name: str
    labels: Mapping[str, str]
    backend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a workload asks for."""

    cpu: float | str = 1
    """Cores, or thousandths: 2, "0.5", "500m"."""
    memory: int | str = 0
    """The most that it may use, such as "2Gi"; 0: no limit of its own."""
    gpu: int = 0
    """Accelerators that are its alone."""
    gpu_model: str = ""
    disk: int | str = 0
    """The most that its work folder may hold, such as "10Gi"."""
    requirements: Sequence[str] = ()
    """Packages as pip takes them; the environment is built once and kept. None: what the server has installed."""
    python: str = ""
    """A Python version, such as "3.12"."""
    image: str = ""
    """A container image."""
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    """Environment variables."""
    secrets: Mapping[str, str] = field(default_factory=dict[str, str])
    """Environment variable → name of a secret of the workspace, whose value it holds."""
    retries: int = 0
    timeout: float | None = None
    """Seconds that one attempt may run."""
    priority: int = 0
    """Higher goes first, -1000 to 1000."""
    name: str = ""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    backend: str = "local"

    def spec(self, **what: Any) -> Spec:
        """The workload's description, with what is to run. Raises InvalidError for amounts that are none."""
        if isinstance(self.requirements, str):
            raise InvalidError(f"requirements is one text, {self.requirements!r}", hint='give a list: ["numpy>=2"]')
        resources = Resources(
            parse_cpu(self.cpu), parse_bytes(self.memory), _count("gpu", self.gpu), parse_bytes(self.disk)
        )
        return Spec(
            **what,
            environment=Environment(tuple(self.requirements), python=self.python, image=self.image),
            variables={name: str(value) for name, value in self.env.items()},
            secrets=dict(self.secrets),
            resources=resources,
            gpu_model=self.gpu_model,
            restart=Restart(_count("retries", self.retries)),
            timeout_s=self.timeout,
            priority=self.priority,
            backend=self.backend,
            labels=self.labels,
        )


def _count(name: str, value: int) -> int:
    if type(value) is not int or value < 0:
        raise InvalidError(f"{name} is a whole number of 0 or more, not {value!r}", hint=f"{name}=1")
    return value
