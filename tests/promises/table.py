"""The server's own route table, and real things to put into its addresses and messages."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from tests.promises.wire import Connection
from tidemill.core.settings import Settings, StorageSettings
from tidemill.core.web import Route
from tidemill.server.assembly import build_server

_NUMBERS = itertools.count(1)
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def all_routes(folder: Path) -> tuple[Route, ...]:
    """Every route that a server has."""
    server = build_server(Settings(storage=StorageSettings(data_dir=str(folder / "unused"))))
    server.database.close()
    return server.routes


def is_twin(route: Route) -> bool:
    """Whether a route is one of MLflow's second addresses, which have the same handler."""
    return route.path.startswith("/ajax-api/")


def fields_of(route: Route) -> list[str]:
    """The names of what a route's message may hold, in its body or query."""
    return [] if route.message is None else [field.encode_name for field in msgspec.structs.fields(route.message)]


def parameters_of(route: Route) -> list[str]:
    """The names of what a route's address holds."""
    return _PARAMETER.findall(route.path)


@dataclass(frozen=True)
class Place:
    """Things that exist on a server, so that a request gets past the first look."""

    experiment_id: str
    run_id: str
    model_id: str
    dataset_id: str
    artifact: str

    @property
    def values(self) -> Mapping[str, Any]:
        """A good value for every field that needs one to be looked at closely."""
        return {
            "experiment_id": self.experiment_id,
            "experiment_ids": [self.experiment_id],
            "run_id": self.run_id,
            "run_uuid": self.run_id,
            "run_ids": [self.run_id],
            "model_id": self.model_id,
            "dataset_id": self.dataset_id,
            "artifact_path": self.artifact,
            "path": "",
            "number": "1",
            "name": "name",
            "experiment_name": "experiment",
            "key": "key",
            "keys": ["loss"],
            "tag_key": "key",
            "metric_key": "loss",
            "value": "1",
            "timestamp": 1,
            "upload_id": "0" * 32,
            "num_parts": 1,
            "rest": "rest",
        }

    def address(self, route: Route, given: Mapping[str, str] | None = None) -> str:
        """A route's path with its parameters filled in."""
        known = {**self.values, **(given or {})}
        return _PARAMETER.sub(lambda found: quote(str(known.get(found[1], "unknown"))), route.path)

    def message(self, route: Route) -> dict[str, Any]:
        """A message that a route may well take."""
        fields = fields_of(route)
        return {name: self.values[name] for name in fields if name in self.values and f"{{{name}" not in route.path}


def make_place(uri: str) -> Place:
    """Make an experiment, a run with a metric, a model and an artifact."""
    connection = Connection(uri)
    post = "/api/2.0/mlflow/"
    name = f"place-{next(_NUMBERS)}"
    experiment = connection.call("POST", f"{post}experiments/create", {"name": name}).ok()["experiment_id"]
    run = connection.call("POST", f"{post}runs/create", {"experiment_id": experiment}).ok()["run"]["info"]["run_id"]
    metrics = [{"key": "loss", "value": step / 7, "timestamp": step, "step": step} for step in range(20)]
    connection.call("POST", f"{post}runs/log-batch", {"run_id": run, "metrics": metrics}).ok()
    model = connection.call("POST", f"{post}logged-models", {"experiment_id": experiment, "name": "model"})
    dataset = connection.call("POST", "/api/3.0/mlflow/datasets/create", {"name": name})
    artifact = f"{experiment}/{run}/artifacts/data.bin"
    connection.call("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{artifact}", b"0123456789" * 100).ok()
    connection.close()
    return Place(
        experiment, run, model.ok()["model"]["info"]["model_id"], dataset.ok()["dataset"]["dataset_id"], artifact
    )
