"""What runs look like on Kubeflow's wire."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidemill.pipelines import PipelineRun
from tidemill.protocols.kfp.messages import ARCHIVED, AVAILABLE, RpcStatus
from tidemill.protocols.kfp.task_messages import RunDetails, WireMoment, status_of
from tidemill.protocols.kfp.timestamps import timestamp, timestamp_or_none


class VersionReference(msgspec.Struct, frozen=True, omit_defaults=True):
    pipeline_id: str = ""
    pipeline_version_id: str = ""


class RuntimeConfig(msgspec.Struct, frozen=True, omit_defaults=True):
    parameters: dict[str, Any] = {}
    pipeline_root: str = ""


class WireRun(msgspec.Struct, omit_defaults=True):
    experiment_id: str
    run_id: str
    display_name: str
    storage_state: str
    created_at: str
    scheduled_at: str
    state: str
    description: str = ""
    pipeline_version_id: str = ""
    pipeline_spec: Mapping[str, Any] | None = None
    pipeline_version_reference: VersionReference | None = None
    runtime_config: RuntimeConfig = RuntimeConfig()
    service_account: str = ""
    finished_at: str | None = None
    error: RpcStatus | None = None
    run_details: RunDetails | None = None
    recurring_run_id: str = ""
    state_history: list[WireMoment] = []

    @staticmethod
    def of(run: PipelineRun, details: RunDetails | None = None) -> "WireRun":
        """A run; with its tasks where they are asked for."""
        source = run.source
        reference = VersionReference(source.pipeline_uuid, source.version_uuid) if source.pipeline_uuid else None
        return WireRun(
            experiment_id=str(run.experiment_id),
            run_id=run.uuid,
            display_name=run.display_name,
            storage_state=ARCHIVED if run.archived else AVAILABLE,
            created_at=timestamp(run.created_ms),
            scheduled_at=timestamp(run.scheduled_ms),
            state=run.state,
            description=run.description,
            pipeline_version_id=source.version_uuid,
            pipeline_spec=run.document,
            pipeline_version_reference=reference,
            runtime_config=RuntimeConfig(dict(run.parameters), run.pipeline_root),
            service_account=run.service_account,
            finished_at=timestamp_or_none(run.finished_ms),
            error=status_of(run.error),
            run_details=details,
            recurring_run_id=source.recurring_uuid,
            state_history=[WireMoment.of(moment) for moment in run.history],
        )


class RunPage(msgspec.Struct, omit_defaults=True):
    runs: list[WireRun] = []
    total_size: int = 0
    next_page_token: str = ""
