"""Native routes of compute."""

from tidemill.compute.routes.environments import EnvironmentApi
from tidemill.compute.routes.logs import LogApi
from tidemill.compute.routes.machines import MachineApi
from tidemill.compute.routes.parcels import ParcelApi
from tidemill.compute.routes.usage import UsageApi
from tidemill.compute.routes.workloads import WorkloadApi

__all__ = ["EnvironmentApi", "LogApi", "MachineApi", "ParcelApi", "UsageApi", "WorkloadApi"]
