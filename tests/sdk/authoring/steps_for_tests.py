"""Steps that the tests of pipelines call."""

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal, NamedTuple

import numpy as np

import tidemill as tm

FACTOR = 10
"""A constant that a step uses."""


class Model:
    """Kept in a file, by pickle."""

    def __init__(self, weight: float) -> None:
        self.weight = weight


@dataclass
class Config:
    """Handed over as JSON."""

    depth: int
    rate: float = 0.5


class Halves(NamedTuple):
    """Two outputs."""

    low: list[int]
    high: list[int]


def times(number: float) -> float:
    """A helper that a step calls."""
    return number * FACTOR


@tm.step
def add(a: int, b: int = 1) -> int:
    return a + b


@tm.step
def half(number: float) -> float:
    return times(number) / 20


@tm.step
def is_odd(number: int) -> bool:
    return number % 2 == 1


@tm.step
def shout(text: str) -> str:
    return text.upper()


@tm.step
def numbers(count: int) -> list[int]:
    return list(range(count))


@tm.step
def total(values: list[int]) -> int:
    return sum(values)


@tm.step
def fit(rate: float, config: Config | None = None) -> Model:
    return Model(rate * (config.depth if config else 1))


@tm.step
def weight(model: Model) -> float:
    return model.weight


@tm.step
def best(models: list[Model]) -> Model:
    return max(models, key=lambda model: model.weight)


@tm.step
def halves(values: list[int]) -> Halves:
    middle = len(values) // 2
    return Halves(values[:middle], values[middle:])


@tm.step
def both(text: str, count: int) -> tuple[str, np.ndarray]:
    line, table = text * count, np.arange(count)
    return line, table


@tm.step
def size(table: np.ndarray) -> int:
    return int(table.size)


@tm.step
def measured(model: Model) -> tm.Metrics:
    return tm.Metrics(weight=model.weight, half=model.weight / 2)


@tm.step
def settings(name: str) -> dict[str, list[int]]:
    return {name: [3, 4], "other": []}


@tm.step
def pairs() -> list[tuple[str, int]]:
    return [("a", 1), ("b", 2)]


@tm.step
def joined(parts: list[str], more: dict[str, int]) -> str:
    return ",".join([*parts, *(f"{name}{number}" for name, number in more.items())])


@tm.step
def written(text: str) -> Path:
    note = Path(mkdtemp()) / "note.txt"
    note.write_text(text)
    return note


@tm.step
def read(path: Path) -> str:
    return f"{path.suffix}:{path.read_text()}"


@tm.step
def card(number: float) -> tm.HTML:
    return tm.HTML(f"<b>{number}</b>")


@tm.step
def length(page: tm.HTML) -> int:
    return len(page)


@tm.step
def mode(kind: Literal["fast", "slow"], limit: int | None = None) -> str:
    return f"{kind}{limit}"


@tm.step
def leave(place: str, text: str) -> None:
    with Path(place).open("a") as file:
        file.write(text)


@tm.step
def look(place: str) -> str:
    return Path(place).read_text()


@tm.step
def fail(text: str) -> str:
    raise ValueError(text)


@tm.step(timeout=1)
def linger(seconds: float) -> float:
    time.sleep(seconds)
    return seconds
