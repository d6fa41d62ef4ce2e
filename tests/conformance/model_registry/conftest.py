"""Fixtures of the black-box suite of Kubeflow's model registry: one running server, its client, and MLflow's.

The server is named by ``TIDEMILL_TEST_URI``. The suite needs ``model-registry``, ``mlflow-skinny``, ``requests`` and
``pytest``: it runs in an environment of its own, and is not collected where there is no such client.
"""

import importlib.util
import os
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

HAS_CLIENT = importlib.util.find_spec("model_registry") is not None
collect_ignore_glob = [] if HAS_CLIENT else ["test_*.py"]
PREFIX = "/api/model_registry/v1alpha3"


class Wire:
    """Thin HTTP helper; paths are below the second prefix, which the client does not use."""

    def __init__(self, uri: str) -> None:
        import requests

        self._uri = uri
        self._session = requests.Session()

    def ok(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The body of a call that must have succeeded."""
        status, content = self.send(method, path, body, **query)
        assert status in (200, 201), f"{status} {content}"
        return content

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        """The status and the decoded body of a call."""
        url = self._uri + (path if path.startswith("/api") else f"{PREFIX}/{path}")
        response = self._session.request(method, url, json=body, params=query or None, timeout=60)
        return response.status_code, response.json()

    def refused(self, status: int, method: str, path: str, body: Any = None, **query: Any) -> str:
        """The message of a call that must have been refused with this status."""
        found, content = self.send(method, path, body, **query)
        assert found == status, f"{found} {content}"
        assert set(content) == {"code", "message"}
        return content["message"]


@pytest.fixture(scope="session")
def uri() -> str:
    return os.environ["TIDEMILL_TEST_URI"].rstrip("/")


@pytest.fixture(scope="session")
def wire(uri: str) -> Wire:
    return Wire(uri)


@pytest.fixture(scope="session")
def registry(uri: str) -> Any:
    """The unmodified client."""
    from model_registry import ModelRegistry

    parts = urlsplit(uri)
    with pytest.warns(UserWarning, match="token"):
        return ModelRegistry(f"{parts.scheme}://{parts.hostname}", parts.port, author="somebody", is_secure=False)


@pytest.fixture(scope="session")
def mlflow_client(uri: str) -> Any:
    """MLflow's client of the same server."""
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=uri, registry_uri=uri)


@pytest.fixture
def unique() -> Callable[[str], str]:
    """A maker of names that no other test uses."""
    return lambda stem="model": f"{stem}-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def register(registry: Any, unique: Callable[[str], str]) -> Callable[..., Any]:
    """A maker of registered models with a version: the client's fields in, its model out."""

    def make(name: str = "", version: str = "v1", uri: str = "s3://bucket/model", **fields: Any) -> Any:
        words = {"model_format_name": "onnx", "model_format_version": "1", **fields}
        return registry.register_model(name or unique("model"), uri, version=version, **words)

    return make
