"""What processes find installed: virtual environments, named by what they are made from, built once and kept."""

from tidemill.compute.environments.errors import BuildFailedError
from tidemill.compute.environments.models import BuildState, EnvironmentRecord, Sources
from tidemill.compute.environments.opening import open_environments
from tidemill.compute.environments.requirements import checked_environment
from tidemill.compute.environments.service import Environments

__all__ = [
    "BuildFailedError",
    "BuildState",
    "EnvironmentRecord",
    "Environments",
    "Sources",
    "checked_environment",
    "open_environments",
]
