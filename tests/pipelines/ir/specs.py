"""Pipelines written by hand, as small as they can be."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
COMPILED = ("artifacts", "containers", "control_flow")
"""What kfp 2.17's compiler wrote."""

SMALL: Mapping[str, Any] = {
    "pipelineInfo": {"name": "small"},
    "schemaVersion": "2.1.0",
    "deploymentSpec": {"executors": {"exec-fit": {"container": {"image": "python:3.11", "command": ["true"]}}}},
    "components": {
        "comp-fit": {
            "executorLabel": "exec-fit",
            "inputDefinitions": {
                "parameters": {"x": {"parameterType": "NUMBER_INTEGER", "isOptional": True}},
                "artifacts": {"data": {"artifactType": {"schemaTitle": "system.Dataset"}, "isOptional": True}},
            },
            "outputDefinitions": {
                "parameters": {"score": {"parameterType": "NUMBER_DOUBLE"}},
                "artifacts": {"model": {"artifactType": {"schemaTitle": "system.Model"}}},
            },
        }
    },
    "root": {
        "inputDefinitions": {"parameters": {"n": {"parameterType": "NUMBER_INTEGER"}}},
        "dag": {"tasks": {"fit": {"componentRef": {"name": "comp-fit"}}}},
    },
}


def small(changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """SMALL with other values, by place: `{"root.dag.tasks.fit.dependentTasks": ["x"]}`."""
    document: dict[str, Any] = copy.deepcopy(dict(SMALL))
    for place, value in (changes or {}).items():
        *around, last = place.split(".")
        inner = document
        for step in around:
            inner = inner.setdefault(step, {})
        inner[last] = value
    return document


def using(component: str = "comp-fit", **more: Any) -> dict[str, Any]:
    """A task that uses a component."""
    return {"componentRef": {"name": component}, **more}
