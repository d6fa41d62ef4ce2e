"""Logging a model to the server of a client, through MLflow's API: begun, uploaded, and ready or failed."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import msgspec

from tidemill.flavors import folders
from tidemill.kit.errors import TooLargeError
from tidemill.sdk.client import Client, path_part
from tidemill.sdk.connection import Call
from tidemill.sdk.model_messages import (
    ExperimentAnswer,
    LoggedModelAnswer,
    LoggedModelInfo,
    ModelPlace,
    RunAnswer,
)

Answer = TypeVar("Answer")

MOST_FILE_BYTES = 2 << 30
"""Of one file, which is sent whole."""
_API = "/api/2.0/mlflow"
_ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
_JSON = {"Content-Type": "application/json"}
_OCTETS = {"Content-Type": "application/octet-stream"}
_READY, _FAILED = "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"


class ModelLog:
    """Models of the workspace of a client, logged through its connection."""

    def __init__(self, client: Client) -> None:
        self._connection = client.connection

    def of_experiment(self, name: str) -> ModelPlace:
        """Where models of an experiment go. Raises NotFoundError."""
        call = Call("GET", f"{_API}/experiments/get-by-name", query={"experiment_name": name})
        return ModelPlace(self._connection.ask(call, ExperimentAnswer).experiment.experiment_id)

    def of_run(self, run_id: str) -> ModelPlace:
        """Where models of a run go. Raises NotFoundError."""
        call = Call("GET", f"{_API}/runs/get", query={"run_id": run_id})
        return ModelPlace(self._connection.ask(call, RunAnswer).run.info.experiment_id, run_id)

    @contextmanager
    def begin(self, name: str, place: ModelPlace) -> Generator[LoggedModelInfo]:
        """Begin a model; it is ready when the block ends, and failed when it is left with an error."""
        told = {"experiment_id": place.experiment_id, "name": name}
        if place.run_id:
            told["source_run_id"] = place.run_id
        logged = self._post("logged-models", told, LoggedModelAnswer).model.info
        try:
            yield logged
        except BaseException:
            self._end(logged, _FAILED)
            raise
        self._end(logged, _READY)
        if place.run_id:
            output = {"run_id": place.run_id, "models": [{"model_id": logged.model_id, "step": 0}]}
            self._post("runs/outputs", output, dict)

    def upload(self, logged: LoggedModelInfo, folder: Path) -> None:
        """Store all files of a model. Raises TooLargeError for one that is over MOST_FILE_BYTES."""
        root = urlsplit(logged.artifact_uri).path.strip("/")
        for path in folders.files_of(folder):
            name = path.relative_to(folder).as_posix()
            if (size := path.stat().st_size) > MOST_FILE_BYTES:
                raise TooLargeError(
                    f"{name} has {size} bytes, and at most {MOST_FILE_BYTES} are sent at once",
                    hint="the mlflow client uploads larger files in parts: mlflow.log_artifacts()",
                )
            call = Call("PUT", f"{_ARTIFACTS}/{quote(f'{root}/{name}')}", path.read_bytes(), _OCTETS)
            self._connection.send(call)

    def _end(self, logged: LoggedModelInfo, status: str) -> None:
        told = {"model_id": logged.model_id, "status": status}
        path = f"{_API}/logged-models/{path_part(logged.model_id)}"
        self._connection.send(Call("PATCH", path, msgspec.json.encode(told), _JSON))

    def _post(self, path: str, told: dict[str, Any], answer: type[Answer]) -> Answer:
        return self._connection.ask(Call("POST", f"{_API}/{path}", msgspec.json.encode(told), _JSON), answer)
