"""A running server with runs, logged models and their files, made over the wire as MLflow's clients make them."""

import itertools
import secrets
import warnings
from typing import Any

import httpx
import msgspec
from mlflow import MlflowClient

MLFLOW = "/api/2.0/mlflow"
NATIVE = "/api/v1"
COMMIT = "9fceb02d0ae598e95dc970b74767f19372d61af8"
SIGNATURE = {
    "inputs": '[{"type": "double", "name": "length", "required": true}]',
    "outputs": '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]',
    "params": None,
}
_numbers = itertools.count(1)


class World:
    """Makes what a test needs. Names are new each time: the server is shared."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.http = httpx.Client(base_url=uri, trust_env=False, timeout=60)
        self.client = MlflowClient(uri, uri)
        self._prefix = secrets.token_hex(4)
        self.experiment = self.client.create_experiment(self.name("experiment"))

    def close(self) -> None:
        """Close its connections."""
        self.http.close()

    def name(self, word: str) -> str:
        """A name that nobody has."""
        return f"{word}-{self._prefix}-{next(_numbers)}"

    def call(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """One request, to the native API where the path names none."""
        return self.http.request(method, path if path.startswith("/api/") else f"{NATIVE}{path}", json=body)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to a request that succeeds."""
        answer = self.call(method, path, body)
        assert answer.is_success, answer.text
        return answer.json()

    def to_stage(self, name: str, version: str, stage: str) -> None:
        """Take a version to a stage with MLflow's client, which warns of stages."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            self.client.transition_model_version_stage(name, version, stage)

    def run(self, *, metrics: dict[str, float] | None = None, tags: dict[str, str] | None = None) -> str:
        """A run with these metrics and tags."""
        run = self.client.create_run(self.experiment, tags=tags or {}).info.run_id
        for key, value in (metrics or {}).items():
            self.client.log_metric(run, key, value)
        return run

    def logged_model(
        self,
        run: str,
        files: dict[str, bytes] | None = None,
        *,
        params: dict[str, str] | None = None,
        name: str = "net",
    ) -> str:
        """A logged model of a run with these files."""
        given = [{"key": key, "value": value} for key, value in (params or {}).items()]
        body = {"experiment_id": self.experiment, "name": name, "source_run_id": run, "params": given}
        model = self.ask("POST", f"{MLFLOW}/logged-models", body)["model"]["info"]["model_id"]
        for path, content in (files if files is not None else model_files()).items():
            where = f"{self.experiment}/models/{model}/artifacts/{path}"
            answer = self.http.put(f"/api/2.0/mlflow-artifacts/artifacts/{where}", content=content)
            assert answer.is_success, answer.text
        return str(model)

    def registered(self, name: str, source: str, **more: Any) -> Any:
        """The next version of a model, in detail."""
        return self.ask("POST", f"/models/{name}/versions", {"source": source, **more})

    def version(self, name: str, **run: Any) -> Any:
        """The next version of a model, of a new run with these metrics or tags, with a safe model file."""
        return self.registered(name, self.logged_model(self.run(**run)))


def model_files(**fields: Any) -> dict[str, bytes]:
    """Files of a model in a safe format, with an MLmodel file that says these fields."""
    document = {
        "flavors": {
            "python_function": {"loader_module": "mlflow.sklearn", "python_version": "3.11.7"},
            "sklearn": {"sklearn_version": "1.9.1", "serialization_format": "skops"},
        },
        "mlflow_version": "3.17.2",
        "saved_input_example_info": {"artifact_path": "input_example.json", "type": "dataframe"},
        "signature": SIGNATURE,
        "utc_time_created": "2026-11-29 12:00:00",
        **fields,
    }
    return {
        "MLmodel": msgspec.yaml.encode(document),
        "model.skops": b"PK-no-pickle",
        "input_example.json": b'{"columns": ["length"], "data": [[1.0]]}',
        "requirements.txt": b"# made by hand\nscikit-learn==1.9.1\nskops>=0.16\n",
    }
