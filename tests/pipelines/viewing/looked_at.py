"""A pipeline to be looked at: a folder, a page, a loop that may break, a branch that is never taken; and its runs."""

import time
from collections.abc import Mapping
from typing import Any

import httpx

_WITHIN_S = 60
_FINAL = ("SUCCEEDED", "FAILED", "CANCELED")
_MAKE = (
    'mkdir -p "$0/deep" "$(dirname "$1")"; printf "a,b\\n1,2\\n" > "$0/rows.csv"; echo x > "$0/deep/x.txt";'
    ' echo "<h1>hello</h1>" > "$1"'
)
CHECK = 'if test "$0" = "$1"; then echo "no good: $0" >&2; exit 3; fi'
_INPUT = "{{{{$.inputs.parameters['{}']}}}}"
_OUTPUT = "{{{{$.outputs.artifacts['{}'].path}}}}"


def pipeline(check: str = CHECK) -> dict[str, Any]:
    """A task that makes a folder and a page, a loop that reads the folder, and a branch that is never taken."""
    folder = {"artifactType": {"schemaTitle": "system.Dataset"}}
    number, text = {"parameterType": "NUMBER_INTEGER"}, {"parameterType": "STRING"}
    commands = {
        "make": ["sh", "-c", _MAKE, _OUTPUT.format("data"), _OUTPUT.format("page")],
        "check": ["sh", "-c", check, _INPUT.format("item"), _INPUT.format("bad")],
        "say": ["true"],
    }
    bad = {"parameters": {"bad": {"componentInputParameter": "bad"}}}
    data = {"artifacts": {"data": {"taskOutputArtifact": {"producerTask": "make", "outputArtifactKey": "data"}}}}
    taken = {"parameters": {"bad": text, "item": number}, "artifacts": {"data": folder}}
    inner = {
        "parameters": {name: {"componentInputParameter": name} for name in ("bad", "item")},
        "artifacts": {"data": {"componentInputArtifact": "data"}},
    }
    return {
        "pipelineInfo": {"name": "looked-at"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {
            "executors": {
                f"exec-{name}": {"container": {"image": "alpine", "command": command}}
                for name, command in commands.items()
            }
        },
        "components": {
            "comp-make": {
                "executorLabel": "exec-make",
                "outputDefinitions": {
                    "artifacts": {"data": folder, "page": {"artifactType": {"schemaTitle": "system.HTML"}}}
                },
            },
            "comp-check": {"executorLabel": "exec-check", "inputDefinitions": taken},
            "comp-say": {"executorLabel": "exec-say"},
            "comp-loop": {
                "inputDefinitions": taken,
                "dag": {"tasks": {"check": {"componentRef": {"name": "comp-check"}, "inputs": inner}}},
            },
            "comp-never": {
                "inputDefinitions": {"parameters": {"bad": text}},
                "dag": {"tasks": {"say": {"componentRef": {"name": "comp-say"}}}},
            },
        },
        "root": {
            "inputDefinitions": {"parameters": {"bad": {**text, "defaultValue": "none"}}},
            "dag": {
                "tasks": {
                    "make": {"componentRef": {"name": "comp-make"}, "taskInfo": {"name": "make it"}},
                    "loop": {
                        "componentRef": {"name": "comp-loop"},
                        "inputs": {**bad, **data},
                        "parameterIterator": {"items": {"raw": "[1, 2, 3]"}, "itemInput": "item"},
                    },
                    "never": {
                        "componentRef": {"name": "comp-never"},
                        "inputs": bad,
                        "dependentTasks": ["loop"],
                        "triggerPolicy": {"condition": "inputs.parameter_values['bad'] == 'never'"},
                    },
                }
            },
        },
    }


def run(client: httpx.Client, name: str, spec: Mapping[str, Any], **parameters: Any) -> str:
    """Begin a run and wait for its end; gives its id."""
    body = {"display_name": name, "pipeline_spec": spec, "runtime_config": {"parameters": parameters}}
    begun = client.post("/apis/v2beta1/runs", json=body)
    assert begun.is_success, begun.text
    uuid, until = begun.json()["run_id"], time.monotonic() + _WITHIN_S
    while client.get(f"/api/v1/pipeline-runs/{uuid}/tasks").json()["run"]["state"] not in _FINAL:
        assert time.monotonic() < until
        time.sleep(0.05)
    return uuid
