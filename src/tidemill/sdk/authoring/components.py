"""Steps as components of the IR: each a lightweight Python component, with the command that kfp gives those."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tidemill.kit.quantities import parse_bytes, parse_cpu
from tidemill.sdk.authoring.dags import Dag, Interface, safe_name, unique_name
from tidemill.sdk.authoring.inside import metrics_name
from tidemill.sdk.authoring.kinds import Kind
from tidemill.sdk.authoring.programs import entry_of
from tidemill.sdk.authoring.step_options import StepOptions

KFP = "2.17.0"
"""The version of kfp whose executor a step uses where kfp executes it."""
_METRICS = Kind("artifact", schema="system.Metrics")
_INSTALL = "python3 -m pip install --quiet --no-warn-script-location"
_RUN = """\
program_path=$(mktemp -d)

printf "%s" "$0" > "$program_path/ephemeral_component.py"
_KFP_RUNTIME=true python3 -m kfp.dsl.executor_main --component_module_path "$program_path/ephemeral_component.py" "$@"
"""


class Components:
    """The components and executors of a pipeline, each once however often it is used."""

    def __init__(self) -> None:
        self.components: dict[str, dict[str, Any]] = {}
        self.executors: dict[str, dict[str, Any]] = {}
        self.configs: dict[str, dict[str, Any]] = {}
        """What executors ask of the platform, by their label, as kfp-kubernetes writes it."""
        self._dags: dict[str, Dag] = {}
        self.pipelines: dict[tuple[int, frozenset[str]], tuple[str, Mapping[str, tuple[Kind, bool]]]] = {}
        """Pipelines that are called: the component and what it gives."""
        self._known: dict[str, str] = {}

    def name(self, wanted: str) -> str:
        """A component's name that is not taken."""
        return unique_name(f"comp-{safe_name(wanted)}", [*self.components, *self._dags])

    def inner_dag(self, around: Dag, wanted: str, *, is_loop: bool = False) -> Dag:
        """A DAG in another, with its task and its component."""
        name = self.name(wanted)
        made = self._dags[name] = Dag(around, around.add(wanted, name), is_loop=is_loop)
        return made

    def sub_dag(self, wanted: str) -> tuple[str, Dag]:
        """The DAG of a pipeline that others call, by the name of its component."""
        name = self.name(wanted)
        made = self._dags[name] = Dag()
        return name, made

    def told(self) -> dict[str, dict[str, Any]]:
        """All of them, now that nothing is asked of any DAG any more."""
        return {**self.components, **{name: dag.component() for name, dag in self._dags.items()}}

    def step(self, name: str, program: str, interfaces: "Interfaces", options: StepOptions) -> str:
        """The component of a step with this program."""
        container = _container(name, program, options)
        key = repr((container, interfaces.told(), options.timeout))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self.name(name)
            label = f"exec-{known.removeprefix('comp-')}"
            self.components[known] = {"executorLabel": label, **interfaces.told()}
            self.executors[label] = {"container": container}
            if options.timeout:
                self.configs[label] = {"activeDeadlineSeconds": str(options.timeout)}
        return known


class Interfaces:
    """What a component takes and gives."""

    def __init__(self) -> None:
        self.inputs = Interface()
        self.outputs = Interface()

    def gives(self, outputs: Sequence[tuple[str, Kind]]) -> None:
        for name, kind in outputs:
            self.outputs.declare(name, kind)
            if kind.what == "metrics":
                self.outputs.declare(metrics_name(name), _METRICS)

    def told(self) -> dict[str, Any]:
        found = {"inputDefinitions": self.inputs.told(), "outputDefinitions": self.outputs.told()}
        return {name: interface for name, interface in found.items() if interface}


def _container(name: str, program: str, options: StepOptions) -> dict[str, Any]:
    made: dict[str, Any] = {
        "image": options.image or f"python:{sys.version_info.major}.{sys.version_info.minor}",
        "command": ["sh", "-c", _install(options.packages), "sh", "-ec", _RUN, program],
        "args": ["--executor_input", "{{$}}", "--function_to_execute", entry_of(name)],
    }
    if options.env:
        made["env"] = [{"name": key, "value": value} for key, value in options.env.items()]
    if resources := _resources(options):
        made["resources"] = resources
    return made


def _install(packages: Sequence[str]) -> str:
    installs = [f"{_INSTALL} {' '.join(shlex.quote(each) for each in packages)}"] if packages else []
    installs.append(f"{_INSTALL} 'kfp=={KFP}' '--no-deps'")
    return f'export PIP_DISABLE_PIP_VERSION_CHECK=1 && {" && ".join(installs)} && "$0" "$@"'


def _resources(options: StepOptions) -> Mapping[str, Any]:
    """As numbers for old backends and as texts for new ones, as kfp writes them."""
    made: dict[str, Any] = {}
    if options.cpu:
        made |= {"cpuRequest": parse_cpu(str(options.cpu)) / 1000, "resourceCpuRequest": str(options.cpu)}
    if options.memory:
        made |= {"memoryLimit": parse_bytes(str(options.memory)) / 1e9, "resourceMemoryLimit": str(options.memory)}
    if options.gpu:
        count, type_ = str(options.gpu), "nvidia.com/gpu"
        made["accelerator"] = {"count": count, "type": type_, "resourceCount": count, "resourceType": type_}
    return made
