"""What runs look like on Kubeflow's wire."""

from urllib.parse import quote

import msgspec

from tidemill.core.identity import Scope
from tidemill.pipelines import PipelineRun
from tidemill.protocols.kfp.messages import ARCHIVED, AVAILABLE
from tidemill.protocols.kfp.source_messages import Sourced, sourced
from tidemill.protocols.kfp.task_messages import RunDetails, WireMoment
from tidemill.protocols.kfp.timestamps import timestamp, timestamp_or_none


class MetadataValue(msgspec.Struct, omit_defaults=True):
    value: str
    render_type: str = ""


class PluginOutput(msgspec.Struct):
    entries: dict[str, MetadataValue]
    state: str = "PLUGIN_SUCCEEDED"


class WireRun(Sourced, omit_defaults=True, kw_only=True):
    run_id: str
    storage_state: str
    created_at: str
    scheduled_at: str
    state: str
    finished_at: str | None = None
    run_details: RunDetails | None = None
    recurring_run_id: str = ""
    state_history: list[WireMoment] = []
    plugins_output: dict[str, PluginOutput] = {}
    """From kfp 2.17 on."""

    @staticmethod
    def of(scope: Scope, run: PipelineRun, details: RunDetails | None = None) -> "WireRun":
        """A run; with its tasks where they are asked for."""
        return WireRun(
            run_id=run.uuid,
            storage_state=ARCHIVED if run.archived else AVAILABLE,
            created_at=timestamp(run.created_ms),
            scheduled_at=timestamp(run.scheduled_ms),
            state=run.state,
            finished_at=timestamp_or_none(run.finished_ms),
            run_details=details,
            recurring_run_id=run.source.recurring_uuid,
            state_history=[WireMoment.of(moment) for moment in run.history],
            plugins_output={"mlflow": _tracked(scope, run)} if run.tracking_run else {},
            **sourced(run),
        )


class RunPage(msgspec.Struct, omit_defaults=True):
    runs: list[WireRun] = []
    total_size: int = 0
    next_page_token: str = ""


def _tracked(scope: Scope, run: PipelineRun) -> PluginOutput:
    """The tracked run that a run is, with the entries that Kubeflow's design of its MLflow plugin (KEP-12862) names."""
    page = f"experiments/{run.experiment_id}/runs/{run.tracking_run}"
    url = f"{scope.base_url}/w/{quote(scope.workspace, safe='')}/{page}"
    return PluginOutput(
        {
            "experiment_id": MetadataValue(str(run.experiment_id)),
            "root_run_id": MetadataValue(run.tracking_run),
            "run_url": MetadataValue(url, "URL"),
        }
    )
