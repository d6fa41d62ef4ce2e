"""`/api/v1/workloads/{id}/usage`: what a process uses, as curves."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from tidemill.compute.usage import MOST_POINTS, UNITS, Fold, Measure, Usage
from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Route


class UsageOf(msgspec.Struct):
    """Of the process of this rank, in the last attempt unless another is named."""

    id: str
    attempt: int | None = None
    rank: Annotated[int, msgspec.Meta(ge=0)] = 0
    points: Annotated[int, msgspec.Meta(ge=1, le=MOST_POINTS)] = 500


class UsageCurve(msgspec.Struct):
    """One measure: a row a bin, which begins at `x` (ms) and lasts `width_ms`; of 1 ms are bins that are one sample."""

    measure: str
    unit: str
    width_ms: int
    samples: int
    x: list[int]
    min: list[float]
    mean: list[float]
    max: list[float]


class UsageAnswer(msgspec.Struct):
    attempt: int
    rank: int
    curves: list[UsageCurve]


class UsageApi:
    """Use of processes."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path="/api/v1/workloads/{id}/usage",
                permission=Permission.VIEW,
                message=UsageOf,
                handler=self.of_process,
                answer=UsageAnswer,
                summary="What a process uses or used: cpu, memory, accelerators, disk and network as curves.",
            )
        ]

    async def of_process(self, scope: Scope, message: UsageOf) -> UsageAnswer:
        use = await self._usage.of_process(
            scope, message.id, attempt=message.attempt, rank=message.rank, points=message.points
        )
        curves = [_curve(measure, fold) for measure, fold in use.curves.items()]
        return UsageAnswer(use.attempt, use.rank, curves)


def _curve(measure: Measure, fold: Fold) -> UsageCurve:
    columns: tuple[Any, ...] = (fold.at_ms, fold.low, fold.mean, fold.high)
    x, low, mean, high = (column.tolist() for column in columns)
    return UsageCurve(measure.value, UNITS[measure], fold.width_ms, int(fold.count.sum()), x, low, mean, high)
