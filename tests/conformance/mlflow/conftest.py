"""Fixtures of the black-box suite: one running server, the unmodified client, and the bare wire.

The server is named by ``TIDEMILL_TEST_URI``; without it the ``tidemill_server`` fixture of the
project's own ``tests/conftest.py`` starts one. The suite needs only ``mlflow`` (or
``mlflow-skinny``), ``pytest`` and ``requests``, so that it also runs against a real MLflow server:
``pytest -m "not better_than_mlflow"`` is what such a server must pass.
"""

import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import mlflow
import pytest
import requests
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

TIMEOUT_SECONDS = 60


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks, so that the suite stands alone under ``--strict-markers``."""
    config.addinivalue_line(
        "markers",
        "better_than_mlflow: what a good server does where MLflow's own answers 5xx or something plainly broken",
    )


@dataclass(frozen=True)
class Answer:
    """What came back over the wire: the status, the decoded body ({} when there is none), the text, the headers."""

    status: int
    body: Any
    text: str
    headers: Mapping[str, str] = field(repr=False)

    @property
    def code(self) -> str | None:
        """MLflow's ``error_code``, or None where the body names none."""
        return self.body.get("error_code") if isinstance(self.body, dict) else None

    @property
    def message(self) -> str:
        """MLflow's ``message``, or an empty string."""
        return self.body.get("message", "") if isinstance(self.body, dict) else ""

    def ok(self) -> Any:
        """The body of a call that must have succeeded."""
        assert self.status == 200, f"expected 200, got {self.status}: {self.text[:500]}"
        return self.body

    def fails(self, status: int, code: str, *phrases: str) -> None:
        """Assert a refusal: its status, its code, and every phrase found in its message."""
        assert (self.status, self.code) == (status, code), f"got {self.status} {self.text[:500]}"
        for phrase in phrases:
            assert phrase in self.message, f"{phrase!r} is not in {self.message!r}"

    def is_invalid(self, *phrases: str) -> None:
        """Assert the commonest refusal: 400 INVALID_PARAMETER_VALUE."""
        self.fails(400, "INVALID_PARAMETER_VALUE", *phrases)

    def is_missing(self, *phrases: str) -> None:
        """Assert 404 RESOURCE_DOES_NOT_EXIST."""
        self.fails(404, "RESOURCE_DOES_NOT_EXIST", *phrases)


class Wire:
    """Thin HTTP helper: paths are below ``/api/2.0/mlflow/`` unless they begin with a slash."""

    def __init__(self, uri: str) -> None:
        self.uri = uri.rstrip("/")
        self._session = requests.Session()

    def close(self) -> None:
        self._session.close()

    def get(self, path: str, params: Any = None) -> Answer:
        return self.send("GET", path, params=params)

    def post(self, path: str, body: Any = None) -> Answer:
        return self.send("POST", path, data=json.dumps(body if body is not None else {}))

    def patch(self, path: str, body: Any = None) -> Answer:
        return self.send("PATCH", path, data=json.dumps(body if body is not None else {}))

    def delete(self, path: str, body: Any = None, params: Any = None) -> Answer:
        data = None if body is None else json.dumps(body)
        return self.send("DELETE", path, data=data, params=params)

    def send(
        self,
        method: str,
        path: str,
        *,
        data: str | bytes | None = None,
        params: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send bytes as they are; a body is said to be JSON unless ``headers`` says otherwise."""
        sent = {"Content-Type": "application/json"} if data is not None else {}
        response = self._session.request(
            method,
            self.uri + (path if path.startswith("/") else f"/api/2.0/mlflow/{path}"),
            data=data,
            params=params,
            headers={**sent, **(headers or {})},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
        return Answer(response.status_code, _decoded(response.text), response.text, response.headers)


@pytest.fixture(scope="session")
def uri(request: pytest.FixtureRequest) -> str:
    """The address of the server under test, without a slash at its end."""
    named = os.environ.get("TIDEMILL_TEST_URI")
    if named:
        return named.rstrip("/")
    server = request.getfixturevalue("tidemill_server")
    return str(getattr(server, "uri", server)).rstrip("/")


@pytest.fixture(scope="session", autouse=True)
def quick_failures() -> Iterator[None]:
    """The client repeats failed calls for minutes by default; a test wants the first answer."""
    patch = pytest.MonkeyPatch()
    patch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    patch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", str(TIMEOUT_SECONDS))
    patch.setenv("GIT_PYTHON_REFRESH", "quiet")
    yield
    patch.undo()


@pytest.fixture(scope="session")
def client_version() -> tuple[int, int]:
    """Major and minor version of the installed client, for tests that need a newer one."""
    major, minor = mlflow.__version__.split(".")[:2]
    return int(major), int(minor)


@pytest.fixture(scope="session")
def client(uri: str) -> MlflowClient:
    return MlflowClient(tracking_uri=uri)


@pytest.fixture(scope="session")
def http(uri: str) -> Iterator[Wire]:
    wire = Wire(uri)
    yield wire
    wire.close()


@pytest.fixture
def unique() -> Callable[[str], str]:
    """A maker of names that no other test uses."""
    return lambda stem="name": f"{stem}-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def experiment_id(http: Wire, unique: Callable[[str], str]) -> str:
    """A fresh, empty experiment."""
    return str(http.post("experiments/create", {"name": unique("experiment")}).ok()["experiment_id"])


@pytest.fixture
def new_run(http: Wire, experiment_id: str) -> Callable[..., str]:
    """A maker of runs in the fresh experiment: fields of ``runs/create`` in, the run's id out."""

    def make(**fields: Any) -> str:
        body = {"experiment_id": experiment_id, "start_time": 1_700_000_000_000, **fields}
        return str(http.post("runs/create", body).ok()["run"]["info"]["run_id"])

    return make


@pytest.fixture
def run_id(new_run: Callable[..., str]) -> str:
    """A fresh run in the fresh experiment."""
    return new_run()


@pytest.fixture
def refused() -> Callable[..., MlflowException]:
    """Call something that the server must refuse; gives the client's exception to look at."""

    def call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> MlflowException:
        with pytest.raises(MlflowException) as caught:
            function(*args, **kwargs)
        return caught.value

    return call


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {}


@pytest.fixture
def name(http: Wire, unique: Callable[[str], str]) -> str:
    """A fresh registered model without versions."""
    created = unique("registered")
    http.post("registered-models/create", {"name": created}).ok()
    return created


@pytest.fixture
def create(http: Wire, name: str) -> Callable[..., Any]:
    """Send a version of the fresh model to be created; gives the answer."""

    def send(source: str = "s3://bucket/key", **fields: Any) -> Any:
        return http.post("model-versions/create", {"name": name, "source": source, **fields})

    return send


@pytest.fixture
def add(create: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """The same, for one that must be taken; gives the version."""
    return lambda *args, **fields: create(*args, **fields).ok()["model_version"]


@pytest.fixture
def root(http: Wire, run_id: str) -> str:
    """Where the artifacts of the fresh run lie."""
    return str(http.get("runs/get", {"run_id": run_id}).ok()["run"]["info"]["artifact_uri"])
