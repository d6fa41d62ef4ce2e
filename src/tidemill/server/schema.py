"""The whole schema: importing this module makes every slice's tables known to the one metadata."""

from tidemill.compute import tables as compute_tables
from tidemill.compute.environments import tables as environment_tables
from tidemill.compute.usage import tables as usage_tables
from tidemill.core import idempotency, leases, lineage
from tidemill.core.database import metadata
from tidemill.pipelines.catalog import tables as catalog_tables
from tidemill.pipelines.runs import tables as pipeline_run_tables
from tidemill.pipelines.schedules import tables as pipeline_schedule_tables
from tidemill.registry.approval import tables as approval_tables
from tidemill.registry.catalog import tables as registry_tables
from tidemill.registry.kubeflow import tables as kubeflow_tables
from tidemill.registry.webhooks import tables as webhook_tables
from tidemill.tenancy import tables as tenancy_tables
from tidemill.tracking import tables as tracking_tables

__all__ = [
    "approval_tables",
    "catalog_tables",
    "compute_tables",
    "environment_tables",
    "idempotency",
    "kubeflow_tables",
    "leases",
    "lineage",
    "metadata",
    "pipeline_run_tables",
    "pipeline_schedule_tables",
    "registry_tables",
    "tenancy_tables",
    "tracking_tables",
    "usage_tables",
    "webhook_tables",
]
