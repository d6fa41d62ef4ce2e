"""What is known of the data that the journeys walk through: names, numbers, and where they lie."""

import math

import msgspec

STEPS = 1_000

SWEEP = "digit-sweep"
"""23 runs `mlp-00` to `mlp-22` with curves, one that diverged, one that has everything, a parent and its children."""
SINGLE_RUNS = 23
CHILDREN = 4
TOP_LEVEL_RUNS = SINGLE_RUNS + 3
SWEEP_RUNS = TOP_LEVEL_RUNS + CHILDREN

NIGHTLY = "nightly-checks"
"""Many plain runs, each tenth with a score."""
NIGHTLY_RUNS = 3_000
SCORED_EACH = 10

BEST_EVER, BEST_EVER_ACC, BEST_STEP = "mlp-07", 0.9871, 613
"""This run reaches the highest accuracy and then overfits."""
BEST_LAST = "mlp-12"
"""This run ends with the highest accuracy."""
SPIKE_RUN, SPIKE_STEP, SPIKE = "mlp-03", 777, 9.5
"""One step of one run whose loss leaps: it must stay in sight however points are gathered."""
DIVERGED = "mlp-diverged"
PARENT = "grid"
RICH = "mlp-full"
"""The run that has one of everything."""
COMMIT = "4f2d1c9be07a8e35d6c1b2a3948576fedcba0123"
NOTE = "Tried **wider** layers. See [the plan](https://example.com/plan)."
DATA = "digits"
MODEL = "digit-reader"

NETS = "digit-nets"
"""An experiment with two runs, each of which logged a model that is a version of NET."""
NET = "digit-net"
"""Version 1 is champion and in production, and says nothing of what goes in; version 2 does. A rule guards champion."""
PROMPT = "greet"
"""A prompt of two versions."""

OPTIMIZERS = ("adam", "sgd", "adamw")


FAILED_JOB, DONE_JOB = "train-digits", "prepare-digits"
"""A job that raises in a function of its own after some lines, at its second attempt; and one that ran for a while."""
FAILED_JOB_CODE = """
import json, sys

print("loading")
for epoch in range(40):
    print(f"epoch {epoch} loss {1 / (epoch + 1):.4f}")
print("\\033[33mthe learning rate is high\\033[0m", file=sys.stderr)


def read_batch(text):
    return json.loads(text)


read_batch("{broken")
"""


class Nets(msgspec.Struct, frozen=True):
    """The ids of what the versions of NET were made of, in their order."""

    experiment: str
    runs: list[str]
    logged: list[str]


class World(msgspec.Struct, frozen=True):
    """The ids of what there is: of the two experiments, of runs of the sweep and jobs by name, and of the model."""

    sweep: str
    nightly: str
    runs: dict[str, str]
    model: str
    jobs: dict[str, str]
    nets: Nets

    def experiment_path(self) -> str:
        """Where the page shows the sweep."""
        return f"/w/default/experiments/{self.sweep}"

    def run_path(self, name: str) -> str:
        """Where the page shows a run of the sweep."""
        return f"{self.experiment_path()}/runs/{self.runs[name]}"

    def net_run_path(self, version: int) -> str:
        """Where the page shows the run that a version of NET was made of."""
        return f"/w/default/experiments/{self.nets.experiment}/runs/{self.nets.runs[version - 1]}"

    def job_path(self, name: str) -> str:
        """Where the page shows a job."""
        return f"/w/default/jobs/{self.jobs[name]}"

    def compare_path(self, *names: str) -> str:
        """Where the page compares runs of the sweep."""
        return f"/w/default/compare?runs={','.join(self.runs[name] for name in names)}"


def accuracy(number: int, step: int) -> float:
    """val/acc of a single run of the sweep."""
    name = f"mlp-{number:02}"
    if (name, step) == (BEST_EVER, BEST_STEP):
        return BEST_EVER_ACC
    top = {BEST_EVER: 0.985, BEST_LAST: 0.972}.get(name, min(0.86 + 0.004 * number, 0.94))
    overfits = 0.12 * max(0, step - BEST_STEP) / STEPS if number % 3 == 1 else 0.0
    return round(top * (1 - math.exp(-(step + 5) / (60 + 4 * number))) - overfits, 6)


def loss(number: int, step: int) -> float:
    """train/loss of a single run of the sweep."""
    if (f"mlp-{number:02}", step) == (SPIKE_RUN, SPIKE_STEP):
        return SPIKE
    return round(2.3 * math.exp(-step / (80 + 10 * number)) + 0.02 + 0.01 * math.sin(step / 7 + number), 6)


def optimizer(number: int) -> str:
    """The optimizer of a single run of the sweep."""
    return OPTIMIZERS[number % len(OPTIMIZERS)]
