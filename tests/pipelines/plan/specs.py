"""Pipelines for tests, said briefly."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from tidemill.pipelines.ir.checking import check
from tidemill.pipelines.ir.graph import Graph
from tidemill.pipelines.ir.spec import PipelineSpec

Json = dict[str, Any]

INT, TEXT, LIST, STRUCT = "NUMBER_INTEGER", "STRING", "LIST", "STRUCT"
DATA: Json = {"artifactType": {"schemaTitle": "system.Dataset"}}
DATAS: Json = {**DATA, "isArtifactList": True}


def may(type_: str, default: Any = None) -> Json:
    """An input that need not be given."""
    return {"parameterType": type_, "isOptional": True} | ({} if default is None else {"defaultValue": default})


def step(inputs: Mapping[str, str | Json] | None = None, outputs: Mapping[str, str | Json] | None = None) -> Json:
    """A component that is executed."""
    return {"executorLabel": "exec", **_interface(inputs or {}, outputs or {"out": INT})}


def dag(
    tasks: Json,
    *,
    inputs: Mapping[str, str | Json] | None = None,
    outputs: Mapping[str, str | Json] | None = None,
    gives: Json | None = None,
) -> Json:
    """A component of tasks. `gives` says where its outputs come from: `task.output`, several for a OneOf."""
    declared = _interface(inputs or {}, outputs or {})
    parameters, artifacts = {}, {}
    for name, source in (gives or {}).items():
        producers = [each.split(".") for each in ([source] if isinstance(source, str) else source)]
        if name in declared["outputDefinitions"]["artifacts"]:
            selectors = [{"producerSubtask": task, "outputArtifactKey": key} for task, key in producers]
            artifacts[name] = {"artifactSelectors": selectors}
        else:
            selectors = [{"producerSubtask": task, "outputParameterKey": key} for task, key in producers]
            one = {"valueFromParameter": selectors[0]}
            parameters[name] = one if isinstance(source, str) else {"valueFromOneof": {"parameterSelectors": selectors}}
    return {"dag": {"tasks": tasks, "outputs": {"parameters": parameters, "artifacts": artifacts}}, **declared}


def task(
    component: str,
    *,
    after: tuple[str, ...] = (),
    artifacts: Mapping[str, str] | None = None,
    when: str = "",
    always: bool = False,
    over: Any = None,
    limit: int = 0,
    **inputs: Any,
) -> Json:
    """A use of a component. An input is a constant, `"<task.output"`, `"^input"` of the DAG, or a whole source.

    `over` are the items of a loop, each of which is the input `item`; `"^name"` is an input of this task.
    """
    spec: Json = {"componentRef": {"name": component}, "dependentTasks": list(after), "triggerPolicy": {}}
    spec["inputs"] = {
        "parameters": {name: _source(value) for name, value in inputs.items()},
        "artifacts": {name: _artifact(value) for name, value in (artifacts or {}).items()},
    }
    if when:
        spec["triggerPolicy"]["condition"] = when
    if always:
        spec["triggerPolicy"]["strategy"] = "ALL_UPSTREAM_TASKS_COMPLETED"
    if over is not None:
        items = {"inputParameter": over[1:]} if isinstance(over, str) else {"raw": json.dumps(over)}
        spec["parameterIterator"] = {"items": items, "itemInput": "item"}
        spec["iteratorPolicy"] = {"parallelismLimit": limit}
    return spec


def part(source: str, selector: str) -> Json:
    """A part of what a source has."""
    return {**_source(source), "parameterExpressionSelector": selector}


def status(of: str) -> Json:
    return {"taskFinalStatus": {"producerTask": of}}


def graph(root: Json, **components: Json) -> Graph:
    """A checked pipeline. The component `step` is always there."""
    document = {
        "pipelineInfo": {"name": "test"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {"executors": {"exec": {"container": {"image": "python", "command": ["work"]}}}},
        "components": {"step": step(), **components},
        "root": root,
    }
    return check(msgspec.convert(document, PipelineSpec))


def _source(value: Any) -> Json:
    if isinstance(value, str) and value.startswith("<"):
        producer, key = value[1:].split(".")
        return {"taskOutputParameter": {"producerTask": producer, "outputParameterKey": key}}
    if isinstance(value, str) and value.startswith("^"):
        return {"componentInputParameter": value[1:]}
    if isinstance(value, dict):
        return value
    return {"runtimeValue": {"constant": value}}


def _artifact(value: str) -> Json:
    if value.startswith("^"):
        return {"componentInputArtifact": value[1:]}
    producer, key = value[1:].split(".")
    return {"taskOutputArtifact": {"producerTask": producer, "outputArtifactKey": key}}


def _interface(inputs: Mapping[str, str | Json], outputs: Mapping[str, str | Json]) -> Json:
    return {"inputDefinitions": _definitions(inputs), "outputDefinitions": _definitions(outputs)}


def _definitions(declared: Mapping[str, str | Json]) -> Json:
    full = {name: {"parameterType": each} if isinstance(each, str) else each for name, each in declared.items()}
    artifacts = {name: each for name, each in full.items() if "artifactType" in each}
    return {"parameters": {name: full[name] for name in full if name not in artifacts}, "artifacts": artifacts}
