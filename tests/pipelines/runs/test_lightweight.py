"""Lightweight Python components of kfp are known by their command, whatever version of kfp wrote it."""

import pytest

from tidemill.compute import Environment
from tidemill.pipelines.ir.spec import ContainerSpec
from tidemill.pipelines.runs.lightweight import Lightweight, lightweight, python_of

PROGRAM = "\nimport kfp\n\ndef add(a: int) -> int:\n    return a\n"
EXECUTOR = (
    'program_path=$(mktemp -d)\n\nprintf "%s" "$0" > "$program_path/ephemeral_component.py"\n'
    "_KFP_RUNTIME=true python3 -m kfp.dsl.executor_main --component_module_path "
    '"$program_path/ephemeral_component.py" "$@"\n'
)
ENSURE_PIP = '\nif ! [ -x "$(command -v pip)" ]; then\n    python3 -m ensurepip || apt-get install python3-pip\nfi\n\n'
PIP = "PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --no-warn-script-location"
ARGUMENTS = ("--executor_input", "{{$}}", "--function_to_execute", "add")


def container(*installs: str) -> ContainerSpec:
    script = ENSURE_PIP + " && ".join([*(f"{PIP} {each}" for each in installs), '"$0" "$@"']) + "\n"
    return ContainerSpec("python:3.11", ("sh", "-c", script, "sh", "-ec", EXECUTOR, PROGRAM), ARGUMENTS)


@pytest.mark.parametrize(
    ("installs", "environment"),
    [
        (["'kfp==2.17.0' '--no-deps'"], Environment(bare=("kfp==2.17.0",))),
        (
            ["'kfp==2.1.3' '--no-deps' 'typing-extensions>=3.7.4,<5; python_version<\"3.9\"'"],
            Environment(bare=("kfp==2.1.3", 'typing-extensions>=3.7.4,<5; python_version<"3.9"')),
        ),
        (
            ["'kfp==2.17.0' '--no-deps'", "'pandas==2.3' 'six'"],
            Environment(requirements=("pandas==2.3", "six"), bare=("kfp==2.17.0",)),
        ),
        (
            ["--index-url https://pypi.org/simple --trusted-host https://pypi.org/simple 'six'"],
            Environment(requirements=("six",)),
        ),
        (
            ["--index-url https://a/simple --extra-index-url=https://b:8080/s --trusted-host https://b:8080/s 'six'"],
            Environment(
                requirements=("six",), indexes=("https://a/simple", "https://b:8080/s"), trusted_hosts=("b:8080",)
            ),
        ),
        ([], Environment()),
    ],
)
def test_what_it_installs_becomes_its_environment(installs: list[str], environment: Environment) -> None:
    assert lightweight(container(*installs)) == Lightweight(PROGRAM, "add", environment)


@pytest.mark.parametrize(
    "other",
    [
        ContainerSpec("alpine", ("echo", "kfp.dsl.executor_main")),
        ContainerSpec("alpine", ("sh", "-c", "echo"), ARGUMENTS),
        ContainerSpec("python:3.11", ("python3", "-m", "kfp.dsl.executor_main"), ARGUMENTS),
        ContainerSpec("alpine"),
    ],
)
def test_any_other_container_is_none(other: ContainerSpec) -> None:
    assert lightweight(other) is None


@pytest.mark.parametrize(
    ("image", "python"),
    [
        ("python:3.11", "3.11"),
        ("python:3.12-slim-bookworm", "3.12"),
        ("docker.io/library/python:3.13.1", "3.13"),
        ("registry:5000/mirror/python:3.11@sha256:0123", "3.11"),
        ("python", ""),
        ("python:latest", ""),
        ("mypython:3.11", ""),
        ("registry.access.redhat.com/ubi8/python-311:1", ""),
    ],
)
def test_an_image_of_python_names_its_version(image: str, python: str) -> None:
    assert python_of(image) == python
