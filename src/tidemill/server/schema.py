"""The whole schema: importing this module makes every slice's tables known to the one metadata."""

from tidemill.compute import tables as compute_tables
from tidemill.compute.environments import tables as environment_tables
from tidemill.compute.usage import tables as usage_tables
from tidemill.core import idempotency, leases
from tidemill.core.database import metadata
from tidemill.tenancy import tables as tenancy_tables
from tidemill.tracking import tables as tracking_tables

__all__ = [
    "compute_tables",
    "environment_tables",
    "idempotency",
    "leases",
    "metadata",
    "tenancy_tables",
    "tracking_tables",
    "usage_tables",
]
