"""What runs and recurring runs have in common on Kubeflow's wire: of which pipeline they are, and with what."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidemill.kit.errors import InvalidError
from tidemill.pipelines import PipelineRun, Schedule, Source
from tidemill.protocols.kfp.experiments import experiment_number
from tidemill.protocols.kfp.messages import RpcStatus, status_of


class VersionReference(msgspec.Struct, frozen=True, omit_defaults=True):
    pipeline_id: str = ""
    pipeline_version_id: str = ""


class RuntimeConfig(msgspec.Struct, frozen=True, omit_defaults=True):
    parameters: dict[str, Any] = {}
    pipeline_root: str = ""


class Sourced(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The fields of both, as they are told."""

    experiment_id: str
    display_name: str
    description: str = ""
    pipeline_version_id: str = ""
    pipeline_spec: Mapping[str, Any] | None = None
    pipeline_version_reference: VersionReference | None = None
    runtime_config: RuntimeConfig = RuntimeConfig()
    service_account: str = ""
    error: RpcStatus | None = None


class SourcedIn(msgspec.Struct, kw_only=True):
    """The same as clients send them."""

    experiment_id: str = ""
    display_name: str = ""
    description: str = ""
    pipeline_version_id: str = ""
    pipeline_spec: dict[str, Any] | None = None
    pipeline_version_reference: VersionReference = VersionReference()
    runtime_config: RuntimeConfig = RuntimeConfig()
    service_account: str = ""

    def experiment(self) -> int | None:
        """Raises NotFoundError for what can be no experiment's id."""
        return experiment_number(self.experiment_id) if self.experiment_id else None

    def source(self, recurring_run_id: str = "") -> Source:
        """Of which version of a pipeline it is. Raises InvalidError where a spec is given too."""
        reference = self.pipeline_version_reference
        version = reference.pipeline_version_id or self.pipeline_version_id
        if self.pipeline_spec is not None and (version or reference.pipeline_id):
            raise InvalidError(
                "both pipeline_spec and pipeline_version_reference are given", hint="send one: they may not agree"
            )
        return Source(reference.pipeline_id, version, recurring_run_id)


def sourced(told: PipelineRun | Schedule) -> dict[str, Any]:
    """The fields of `Sourced`, of a run or a schedule."""
    source = told.source
    reference = VersionReference(source.pipeline_uuid, source.version_uuid) if source.pipeline_uuid else None
    return {
        "experiment_id": str(told.experiment_id),
        "display_name": told.display_name,
        "description": told.description,
        "pipeline_version_id": source.version_uuid,
        "pipeline_spec": told.document,
        "pipeline_version_reference": reference,
        "runtime_config": RuntimeConfig(dict(told.parameters), told.pipeline_root),
        "service_account": told.service_account,
        "error": status_of(told.error),
    }
