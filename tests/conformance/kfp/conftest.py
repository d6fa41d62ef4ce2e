"""Fixtures of the black-box suite of Kubeflow Pipelines' API: one running server and the unmodified client.

The server is named by ``TIDEMILL_TEST_URI``; without it the ``tidemill_server`` fixture of the project's own
``tests/conftest.py`` starts one. The suite needs only ``kfp`` and ``pytest``: kfp's requirements exclude those of our
environment, so that it runs in one of its own, and is not collected where there is no kfp.
"""

import importlib.util
import json
import os
import sys
import uuid
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HAS_KFP = importlib.util.find_spec("kfp") is not None and importlib.util.find_spec("kfp_server_api") is not None
collect_ignore_glob = [] if HAS_KFP else ["test_*.py"]

# What kfp's compiler writes for a pipeline of one task.
PACKAGE = """\
# PIPELINE DEFINITION
components:
  comp-say:
    executorLabel: exec-say
    inputDefinitions:
      parameters:
        text: {parameterType: STRING}
deploymentSpec:
  executors:
    exec-say:
      container: {image: python:3.11, command: [echo], args: ["{{$.inputs.parameters['text']}}"]}
pipelineInfo:
  name: say-it
root:
  dag:
    tasks:
      say:
        cachingOptions: {}
        componentRef: {name: comp-say}
        inputs: {parameters: {text: {componentInputParameter: text}}}
        taskInfo: {name: say}
  inputDefinitions:
    parameters:
      text: {defaultValue: hello, isOptional: true, parameterType: STRING}
schemaVersion: 2.1.0
sdkVersion: kfp-2.17.0
"""
PLATFORM = """\
---
platforms:
  kubernetes:
    deploymentSpec:
      executors:
        exec-say: {imagePullPolicy: Always}
"""


@pytest.fixture(scope="session")
def uri(request: pytest.FixtureRequest) -> str:
    """The address of the server under test, without a slash at its end."""
    named = os.environ.get("TIDEMILL_TEST_URI")
    return (named or str(request.getfixturevalue("tidemill_server").uri)).rstrip("/")


@pytest.fixture(scope="session")
def client(uri: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """kfp's own client, whose notes of namespaces lie in no home of the machine's."""
    os.environ["HOME"] = str(tmp_path_factory.mktemp("home"))
    import kfp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kfp.Client(host=uri)


@pytest.fixture
def runs(client: Any, uri: str, tmp_path: Path) -> Any:
    """Compiles pipelines, runs them and waits."""
    from tests.conformance.kfp.running import Runs

    return Runs(client, uri, tmp_path)


@pytest.fixture
def commands() -> None:
    """The server may run containers as commands of this machine."""
    if os.environ.get("TIDEMILL_TEST_COMMANDS") != "allowed":
        pytest.skip("the server under test runs no commands")


@pytest.fixture
def mounts(commands: None) -> None:
    """Steps of the server may mount: it runs on this machine, as we do."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root mounts for certain")


@pytest.fixture
def unique() -> Callable[[str], str]:
    """A maker of names that no other test uses."""
    return lambda stem="name": f"{stem}-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def package(tmp_path: Path) -> str:
    """A compiled pipeline."""
    path = tmp_path / "pipeline.yaml"
    path.write_text(PACKAGE)
    return str(path)


@pytest.fixture
def package_with_platform(tmp_path: Path) -> str:
    """A compiled pipeline that says something of Kubernetes."""
    path = tmp_path / "with_platform.yaml"
    path.write_text(PACKAGE + PLATFORM)
    return str(path)


@pytest.fixture
def pipeline(client: Any, package: str, unique: Callable[[str], str]) -> Any:
    """A pipeline of its own, with one version."""
    return client.upload_pipeline(package, pipeline_name=unique("pipeline"))


@pytest.fixture
def refused() -> Callable[..., Any]:
    """Call something that the server must refuse; gives the client's exception, and its body as `answer`."""
    from kfp_server_api import ApiException

    def call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with pytest.raises(ApiException) as caught:
            function(*args, **kwargs)
        caught.value.answer = json.loads(caught.value.body)
        return caught.value

    return call
