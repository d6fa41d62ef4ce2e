"""What the SDK sends and reads has the server's own forms."""

import msgspec
import pytest

from tidemill.compute.models import Spec as ServersSpec
from tidemill.compute.routes import logs
from tidemill.compute.routes import machines as machine_routes
from tidemill.compute.routes import messages as answers
from tidemill.compute.routes import workloads as routes
from tidemill.core.settings import unknown_variables
from tidemill.pipelines import routes as pipeline_routes
from tidemill.pipelines.viewing import routes as view_routes
from tidemill.protocols.kfp import experiments as kfp_experiments
from tidemill.protocols.kfp import pipelines as kfp_pipelines
from tidemill.protocols.kfp import run_messages, runs, source_messages
from tidemill.protocols.kfp import versions as kfp_versions
from tidemill.sdk import messages, pipeline_messages, variables

SAME = [
    (messages.Submission, routes.SubmitWorkload),
    (messages.Batch, routes.SubmitBatch),
    (messages.Item, routes.BatchItem),
    (messages.Ids, routes.WorkloadIds),
    (messages.Which, routes.StopWorkloads),
    (messages.Wait, routes.WaitForWorkloads),
    (messages.Ended, routes.EndedWorkload),
    (messages.Waited, routes.WaitedFor),
    (messages.Use, answers.UseRow),
    (messages.Workload, answers.WorkloadRow),
    (messages.WorkloadPage, routes.WorkloadList),
    (messages.Moment, answers.HistoryRow),
    (messages.Process, answers.ProcessRow),
    (messages.Details, answers.WorkloadDetails),
    (messages.LogLine, logs.LogRow),
    (messages.LogPage, logs.LogAnswer),
    (messages.FoundLine, logs.FoundRow),
    (messages.FoundPage, logs.FoundAnswer),
    (messages.LogEnd, logs.EndRow),
    (messages.Node, answers.NodeRow),
    (messages.NodeList, machine_routes.NodeList),
    (messages.QuotaSettings, answers.QuotaSettings),
    (messages.Quota, answers.QuotaRow),
    (pipeline_messages.Artifact, pipeline_routes.ArtifactRow),
    (pipeline_messages.ArtifactEntry, view_routes.ArtifactLine),
    (pipeline_messages.ArtifactEntries, view_routes.ArtifactLines),
    (pipeline_messages.Values, pipeline_routes.ValuesRow),
    (pipeline_messages.PipelineTask, pipeline_routes.PipelineTaskRow),
    (pipeline_messages.PipelineRun, pipeline_routes.PipelineRunRow),
    (pipeline_messages.PipelineRunPage, pipeline_routes.PipelineRunPage),
    (pipeline_messages.NewRun, runs.RunIn),
    (pipeline_messages.VersionReference, source_messages.VersionReference),
    (pipeline_messages.RuntimeConfig, source_messages.RuntimeConfig),
    (pipeline_messages.BegunRun, run_messages.WireRun),
    (pipeline_messages.Pipeline, kfp_pipelines.WirePipeline),
    (pipeline_messages.PipelinePage, kfp_pipelines.PipelinePage),
    (pipeline_messages.PipelineVersion, kfp_versions.WireVersion),
    (pipeline_messages.PipelineVersionPage, kfp_versions.VersionPage),
    (pipeline_messages.NamedPipeline, kfp_pipelines.PipelineIn),
    (pipeline_messages.NewVersion, kfp_versions.VersionIn),
    (pipeline_messages.NewPipeline, kfp_pipelines.CreateWithVersion),
    (pipeline_messages.Experiment, kfp_experiments.WireExperiment),
    (pipeline_messages.ExperimentPage, kfp_experiments.ExperimentPage),
    (pipeline_messages.NewExperiment, kfp_experiments.ExperimentIn),
]


@pytest.mark.parametrize(("ours", "servers"), SAME, ids=lambda form: form.__name__)
def test_every_field_is_one_that_the_server_has(ours: type[msgspec.Struct], servers: type[msgspec.Struct]) -> None:
    assert set(ours.__struct_fields__) - set(servers.__struct_fields__) == set()


def test_a_spec_with_all_that_there_is_says_the_same_to_the_server() -> None:
    sent = messages.Spec(
        kind="task",
        call=messages.RemoteCall(function="f" * 64, arguments=b"\x80\x05"),
        environment=messages.Environment(("numpy>=2",), lock="l", python="3.12", image="i"),
        files=(messages.File("a/b.py", "0" * 64, True),),
        variables={"A": "1"},
        secrets={"B": "2"},
        resources=messages.Resources(1, 2, 3, 4),
        gpu_model="A100",
        replicas=2,
        restart=messages.Restart(5),
        timeout_s=6.5,
        priority=7,
        backend="ray",
        labels={"k": "v"},
    )
    read = msgspec.json.decode(msgspec.json.encode(sent), type=ServersSpec)
    assert msgspec.to_builtins(read) == msgspec.to_builtins(sent)


def test_what_is_left_out_means_the_same_to_both() -> None:
    assert msgspec.json.decode(b"{}", type=ServersSpec) == msgspec.json.decode(
        msgspec.json.encode(messages.Spec()), type=ServersSpec
    )
    assert messages.Spec().resources.cpu_milli == ServersSpec().resources.cpu_milli


def test_the_variables_of_the_sdk_are_no_slip_of_the_pen_to_the_server() -> None:
    assert unknown_variables(dict.fromkeys((variables.URI, variables.WORKSPACE, variables.DATA_DIR), "x")) == []
