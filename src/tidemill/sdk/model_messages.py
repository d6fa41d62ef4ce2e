"""What the client reads of MLflow's REST API to find a model's files, with the fields that it needs."""

import msgspec


class File(msgspec.Struct):
    path: str
    is_dir: bool = False
    file_size: int | None = None


class Files(msgspec.Struct):
    files: list[File] = []


class RunInfo(msgspec.Struct):
    artifact_uri: str = ""
    experiment_id: str = ""


class ModelOutput(msgspec.Struct):
    model_id: str = ""


class RunOutputs(msgspec.Struct):
    model_outputs: list[ModelOutput] = []


class Run(msgspec.Struct):
    info: RunInfo
    outputs: RunOutputs = msgspec.field(default_factory=RunOutputs)


class RunAnswer(msgspec.Struct):
    run: Run


class LoggedModelInfo(msgspec.Struct):
    model_id: str = ""
    name: str = ""
    artifact_uri: str = ""


class LoggedModel(msgspec.Struct):
    info: LoggedModelInfo


class LoggedModelAnswer(msgspec.Struct):
    model: LoggedModel


class Experiment(msgspec.Struct):
    experiment_id: str = ""


class ExperimentAnswer(msgspec.Struct):
    experiment: Experiment


class ModelPlace(msgspec.Struct, frozen=True):
    """Where a model is logged: an experiment, and a run of it or none."""

    experiment_id: str
    run_id: str = ""


class ModelVersion(msgspec.Struct):
    version: str = ""


class ModelVersionAnswer(msgspec.Struct):
    model_version: ModelVersion


class ModelVersions(msgspec.Struct):
    model_versions: list[ModelVersion] = []


class DownloadUri(msgspec.Struct):
    artifact_uri: str = ""
