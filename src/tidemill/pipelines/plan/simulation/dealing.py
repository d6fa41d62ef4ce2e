"""What a seed deals: a pipeline of chains, fans, conditions, loops, DAGs in DAGs and exit tasks."""
# ruff: noqa: S311 - graphs, not secrets

import random
from typing import Any

import msgspec

from tidemill.pipelines.ir.spec import PipelineSpec

_DEPTH = 3
_CONDITIONS = ("inputs.parameter_values['x'] > 2", "inputs.parameter_values['x'] != 1")
_ITEMS = ("[]", "[1]", "[3, 1, 2]", "[1, 2, 3, 4, 5]")
_WHOLE: dict[str, Any] = {"parameterType": "NUMBER_INTEGER"}
_LIST: dict[str, Any] = {"parameterType": "LIST"}
_DATA: dict[str, Any] = {"artifactType": {"schemaTitle": "system.Dataset"}}
_DATAS: dict[str, Any] = {**_DATA, "isArtifactList": True}


def dealt(seed: int) -> PipelineSpec:
    """A random pipeline."""
    return _Dealer(random.Random(f"graph {seed}")).pipeline()


class _Dealer:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._components: dict[str, Any] = {"comp-step": _step({}), "comp-eager": _step({"needed": _WHOLE})}

    def pipeline(self) -> PipelineSpec:
        root = self._dag(0, is_loop=False)
        root["outputDefinitions"] = _gives(is_list=False)
        document = {
            "pipelineInfo": {"name": "dealt"},
            "schemaVersion": "2.1.0",
            "components": self._components,
            "deploymentSpec": {"executors": {"exec": {"container": {"image": "none", "command": ["work"]}}}},
            "root": root,
        }
        return msgspec.convert(document, PipelineSpec)

    def _dag(self, depth: int, *, is_loop: bool) -> dict[str, Any]:
        tasks: dict[str, Any] = {}
        lists: dict[str, bool] = {}
        for number in range(self._rng.choice((1, 2, 3, 4, 5))):
            name = f"t{number}"
            task = self._task(depth, is_loop=number > 0 and self._rng.random() < 0.3)
            self._wire(task, list(tasks), lists)
            if "parameterIterator" in task:
                lists[name] = "dag" in task["componentRef"]["name"]
            tasks[name] = task
        givers = [name for name in tasks if name not in lists]
        outputs = self._outputs(self._rng.sample(givers, min(len(givers), self._rng.choice((1, 1, 2)))))
        return {
            "inputDefinitions": {"parameters": {"x": {**_WHOLE, "isOptional": True, "defaultValue": 1}}},
            "outputDefinitions": _gives(is_list=is_loop),
            "dag": {"tasks": tasks, "outputs": outputs},
        }

    def _outputs(self, givers: list[str]) -> dict[str, Any]:
        selectors = [{"producerSubtask": name, "outputParameterKey": "out"} for name in givers]
        one = {"valueFromParameter": selectors[0]}
        source = one if len(selectors) == 1 else {"valueFromOneof": {"parameterSelectors": selectors}}
        artifacts = [{"producerSubtask": name, "outputArtifactKey": "data"} for name in givers]
        return {"parameters": {"out": source}, "artifacts": {"data": {"artifactSelectors": artifacts}}}

    def _task(self, depth: int, *, is_loop: bool) -> dict[str, Any]:
        """A step, or a DAG, or a loop of either; with a condition or without."""
        component = self._rng.choice(("comp-step", "comp-step", "comp-eager"))
        if depth < _DEPTH and self._rng.random() < 0.35:
            component = f"comp-dag-{len(self._components)}"
            self._components[component] = {}
            self._components[component] = self._dag(depth + 1, is_loop=is_loop)
        inputs: dict[str, Any] = {"x": {"componentInputParameter": "x"}} if self._rng.random() < 0.5 else {}
        task: dict[str, Any] = {"componentRef": {"name": component}, "inputs": {"parameters": inputs, "artifacts": {}}}
        if is_loop:
            inputs.pop("x", None)
            task["parameterIterator"] = {"itemInput": "x", "items": {"raw": self._rng.choice(_ITEMS)}}
            task["iteratorPolicy"] = {"parallelismLimit": self._rng.choice((0, 1, 2))}
        elif self._rng.random() < 0.25:
            inputs["x"] = {"componentInputParameter": "x"}
            task["triggerPolicy"] = {"condition": self._rng.choice(_CONDITIONS)}
        return task

    def _wire(self, task: dict[str, Any], earlier: list[str], lists: dict[str, bool]) -> None:
        """Put it behind some of those before it."""
        behind = self._rng.sample(earlier, min(len(earlier), self._rng.choice((0, 1, 1, 2))))
        parameters, artifacts = task["inputs"]["parameters"], task["inputs"]["artifacts"]
        is_step = "dag" not in task["componentRef"]["name"]
        task["dependentTasks"] = behind
        for name in behind:
            source = {"taskOutputParameter": {"producerTask": name, "outputParameterKey": "out"}}
            if is_step and name in lists:
                # What a step in a loop declares is not what the loop gives; kfp makes loops of DAGs only.
                if lists[name]:
                    parameters["many"] = source
                artifacts["datas"] = {"taskOutputArtifact": {"producerTask": name, "outputArtifactKey": "data"}}
            elif is_step and self._rng.random() < 0.5:
                parameters["other"] = source
            elif name not in lists and "parameterIterator" not in task:
                parameters["x"] = source
        if behind and "parameterIterator" not in task and self._rng.random() < 0.3:
            policy = task.setdefault("triggerPolicy", {})
            policy["strategy"] = "ALL_UPSTREAM_TASKS_COMPLETED"
            if is_step:
                parameters["status"] = {"taskFinalStatus": {"producerTask": behind[0]}}
        if task["componentRef"]["name"] == "comp-eager":
            given = [name for name in behind if name not in lists]
            named = {"taskOutputParameter": {"producerTask": given[0], "outputParameterKey": "out"}} if given else None
            parameters["needed"] = named or {"runtimeValue": {"constant": 7}}


def _step(needed: dict[str, Any]) -> dict[str, Any]:
    optional = {"isOptional": True}
    return {
        "executorLabel": "exec",
        "inputDefinitions": {
            "parameters": {
                "x": {**_WHOLE, **optional, "defaultValue": 1},
                "other": {**_WHOLE, **optional},
                "many": {**_LIST, **optional},
                "status": {"parameterType": "TASK_FINAL_STATUS", **optional},
                **needed,
            },
            "artifacts": {"datas": {**_DATAS, **optional}},
        },
        "outputDefinitions": {"parameters": {"out": _WHOLE}, "artifacts": {"data": _DATA}},
    }


def _gives(*, is_list: bool) -> dict[str, Any]:
    return {"parameters": {"out": _LIST if is_list else _WHOLE}, "artifacts": {"data": _DATAS if is_list else _DATA}}
