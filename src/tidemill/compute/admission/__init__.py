"""Which waiting workloads may start now, and where: a pure decision over a snapshot."""

from tidemill.compute.admission.deciding import decide, explain, line_up
from tidemill.compute.admission.reasons import refuse
from tidemill.compute.admission.snapshot import PATIENCE_MS, Active, Decision, Placement, Snapshot, Turn, Waiting

__all__ = [
    "PATIENCE_MS",
    "Active",
    "Decision",
    "Placement",
    "Snapshot",
    "Turn",
    "Waiting",
    "decide",
    "explain",
    "line_up",
    "refuse",
]
