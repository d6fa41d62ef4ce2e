"""The loop that moves workloads: takes reports, lets the queue in, acts, and goes on from the tables after a crash."""

from tidemill.compute.controller.keeping import INLINE_BYTES, Keeper, WholeLogKeeper
from tidemill.compute.controller.launching import Secrets, digests_of
from tidemill.compute.controller.ledger import Ledger
from tidemill.compute.controller.picture import offered, queue_picture, whole_picture
from tidemill.compute.controller.shell import Controller
from tidemill.compute.controller.stepping import Start, Step, Stop, step

__all__ = [
    "INLINE_BYTES",
    "Controller",
    "Keeper",
    "Ledger",
    "Secrets",
    "Start",
    "Step",
    "Stop",
    "WholeLogKeeper",
    "digests_of",
    "offered",
    "queue_picture",
    "step",
    "whole_picture",
]
