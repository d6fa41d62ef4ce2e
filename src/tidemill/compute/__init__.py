"""Compute: everything that runs is a workload, queued, admitted, started, watched and ended here."""

from tidemill.compute.containers import WORK, ContainerRequest, Containers, Mount
from tidemill.compute.controller import Controller, Keeper, Secrets, WholeLogKeeper
from tidemill.compute.endings import Endings
from tidemill.compute.environments.interpreters import Pythons
from tidemill.compute.machines import Held, Machines
from tidemill.compute.models import (
    Call,
    Environment,
    File,
    Kind,
    Outcome,
    ProcessKey,
    Quota,
    Resources,
    Restart,
    Result,
    Spec,
    State,
)
from tidemill.compute.parcels import Parcels
from tidemill.compute.records import Listing, Standing, Submission, WorkloadRecord
from tidemill.compute.retention import RemovedWorkloads, WorkloadRetention, blobs_needed_then
from tidemill.compute.service import Details, Item, Workloads
from tidemill.compute.store.blobs import needed as blobs_needed
from tidemill.compute.verifying import WorkloadCheck, WorkloadFinding
from tidemill.compute.waiting import Waited, Waits, Watch

__all__ = [
    "WORK",
    "Call",
    "ContainerRequest",
    "Containers",
    "Controller",
    "Details",
    "Endings",
    "Environment",
    "File",
    "Held",
    "Item",
    "Keeper",
    "Kind",
    "Listing",
    "Machines",
    "Mount",
    "Outcome",
    "Parcels",
    "ProcessKey",
    "Pythons",
    "Quota",
    "RemovedWorkloads",
    "Resources",
    "Restart",
    "Result",
    "Secrets",
    "Spec",
    "Standing",
    "State",
    "Submission",
    "Waited",
    "Waits",
    "Watch",
    "WholeLogKeeper",
    "WorkloadCheck",
    "WorkloadFinding",
    "WorkloadRecord",
    "WorkloadRetention",
    "Workloads",
    "blobs_needed",
    "blobs_needed_then",
]
