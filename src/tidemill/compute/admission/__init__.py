"""Which waiting workloads may start now, and where: a pure decision over a snapshot."""

from tidemill.compute.admission.deciding import decide, explain
from tidemill.compute.admission.reasons import refuse
from tidemill.compute.admission.snapshot import PATIENCE_MS, Active, Decision, Placement, Snapshot, Waiting

__all__ = ["PATIENCE_MS", "Active", "Decision", "Placement", "Snapshot", "Waiting", "decide", "explain", "refuse"]
