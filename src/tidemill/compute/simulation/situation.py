"""What a seed deals: nodes, quotas, workloads and how each of their attempts goes."""
# ruff: noqa: S311 - schedules, not secrets

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tidemill.compute.backends.fakes import Part
from tidemill.compute.backends.port import Launch
from tidemill.compute.models import Node, Outcome, ProcessKey, Quota, Resources, Restart, Spec

BACKEND = "fake"
WORKSPACES = (1, 2, 3)
_FAILURES = (Outcome.FAILED, Outcome.KILLED, Outcome.OUT_OF_MEMORY, Outcome.TIMED_OUT, Outcome.NOT_STARTED)


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a life takes place."""

    nodes: tuple[Node, ...]
    quotas: Mapping[int, Quota]


def dealt(rng: random.Random) -> Situation:
    """Some nodes, and quotas for some workspaces, with and without cohorts."""
    return Situation(
        tuple(_node(rng, number) for number in range(rng.randint(1, 3))),
        {workspace: _quota(rng, workspace) for workspace in WORKSPACES if rng.random() < 0.6},
    )


def dealt_spec(rng: random.Random) -> Spec:
    """A workload of some size and patience."""
    gpus = rng.choice((0, 0, 0, 1))
    # Every field is within its bounds, so that nothing needs to be checked ten thousand times.
    fields: dict[str, Any] = {
        "command": ("work",),
        "backend": BACKEND,
        "resources": Resources(rng.choice((500, 1000, 2000)), 0, gpus),
        "replicas": rng.choice((1, 1, 1, 2, 3)),
        "priority": rng.choice((0, 0, 0, 5)),
        "grace_s": 0.5,
        "restart": Restart(
            max_retries=rng.choice((0, 1, 2)),
            max_lost=rng.choice((1, 3)),
            always=rng.random() < 0.08,
            backoff_initial_s=rng.choice((0.0, 0.2)),
            backoff_most_s=1.0,
        ),
    }
    return Spec(**fields)


class Script:
    """How processes go: the same for the same key, whenever and however often it is asked."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __call__(self, key: ProcessKey, launch: Launch | None) -> Part:
        rng = random.Random(f"{self._seed} {key}")
        begins = rng.choice((0, 0, 30))
        heeds = rng.random() < 0.8
        fate = rng.random()
        if fate < 0.06:
            return Part(begins, None, heeds_stop=heeds)
        if fate < 0.3:
            return Part(begins, rng.randint(0, 200), rng.choice(_FAILURES), 1, heeds_stop=heeds)
        return Part(begins, rng.randint(0, 300), heeds_stop=heeds)


def _node(rng: random.Random, number: int) -> Node:
    devices = tuple(str(device) for device in range(rng.choice((0, 1, 2))))
    return Node(f"n{number}", BACKEND, Resources(rng.choice((2000, 4000)), 1 << 30, len(devices)), devices)


def _quota(rng: random.Random, workspace: int) -> Quota:
    return Quota(
        workspace,
        cpu_milli=rng.choice((2000, 3000, None)),
        gpus=rng.choice((1, None)),
        workloads=rng.choice((2, 4, None)),
        cohort=rng.choice(("", "team")),
        may_borrow=rng.random() < 0.8,
        may_preempt=rng.random() < 0.4,
        weight=rng.choice((1, 2)),
    )
