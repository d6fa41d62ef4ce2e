"""What both sides of benchmarks/registry.py hold: models, versions, tags and aliases, a pure function of their numbers."""

import hashlib
from dataclasses import dataclass

T0 = 1_700_000_000_000
STAGES = ("Archived", "Staging", "Production")


@dataclass(frozen=True)
class Version:
    """One version of model `model`, the `number`-th; every twentieth of its kind has a tag that few others have."""

    model: int
    number: int
    newest: int

    @property
    def run_id(self) -> str:
        return run_id(self.model, self.number)

    @property
    def source(self) -> str:
        return f"s3://bucket/{self.run_id}/artifacts/model"

    @property
    def created_ms(self) -> int:
        return T0 + self.model * 100 + self.number

    @property
    def stage(self) -> str:
        left = self.newest - self.number
        return "None" if left >= len(STAGES) else STAGES[len(STAGES) - 1 - left]

    @property
    def tags(self) -> dict[str, str]:
        common = {"validation": "passed" if self.number % 2 else "failed", "dataset": f"d{self.model % 50}"}
        return common | ({"rare": f"r{self.model % 1000}"} if self.model % 20 == 0 and self.number == 1 else {})


def model_name(model: int) -> str:
    """The name of a model, found by LIKE through its area."""
    return f"area{model % 100:02}-model-{model:06}"


def model_tags(model: int) -> dict[str, str]:
    """Tags of a model: a team of a hundredth of them, and a tier of half."""
    return {"team": f"team{model % 100}", "tier": f"{model % 2}"}


def run_id(model: int, number: int) -> str:
    """The run that a version is of; each of one alone."""
    return hashlib.md5(f"{model}/{number}".encode(), usedforsecurity=False).hexdigest()
