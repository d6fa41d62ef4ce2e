"""What this machine offers to workloads, its limits, whether it runs containers, and what it can count."""

from pathlib import Path

from tidemill.cli.checks.check import Checker, Verdict, ok, warning
from tidemill.compute.backends.local.containers.engines import first_usable, installed
from tidemill.compute.backends.local.machine import describe_node
from tidemill.compute.backends.local.sockets import tcp_sockets
from tidemill.core.settings import Loaded, inherited_variables
from tidemill.kit.quantities import show_bytes, show_cpu
from tidemill.runtime.cgroup_base import survey_own


def _capacity(loaded: Loaded) -> Verdict:
    node = describe_node(loaded.settings.compute, "local", Path.home(), inherited_variables().get("PATH"))
    gpus = f"{node.capacity.gpus} x {node.gpu_model}" if node.capacity.gpus else "no accelerator"
    return ok(f"{show_cpu(node.capacity.cpu_milli)} cores, {show_bytes(node.capacity.memory_bytes)} of memory, {gpus}")


def _limits(loaded: Loaded) -> Verdict:
    version, controllers = survey_own()
    if not version:
        detail = "no control groups: memory is watched twice a second, cpu is not limited"
        return warning(detail, "run the server where it may make control groups: a systemd unit with Delegate=yes")
    held = [each for each in ("memory", "cpu") if each in controllers]
    if len(held) == 2:
        return ok(f"memory and cpu are held by control groups, version {version}")
    missing = "memory is watched twice a second" if "memory" not in held else "cpu is not limited"
    detail = f"control groups, version {version}, hold {held[0] if held else 'neither memory nor cpu'}; {missing}"
    return warning(detail, "let the server use the memory and cpu controllers: a systemd unit with Delegate=yes")


def _containers(loaded: Loaded) -> Verdict:
    variables = inherited_variables()
    usable = first_usable(variables)
    if usable is not None:
        return ok(f"run by {usable.program}")
    programs = [engine.program for engine in installed(variables)]
    if programs:
        detail = f"{' and '.join(programs)} installed, and not answering: workloads with an image cannot run here"
        return warning(
            detail, f"start its service, and see that `{' '.join(installed(variables)[0].probe())}` succeeds"
        )
    return ok("no engine is installed: workloads with an image cannot run here")


def _network_use(loaded: Loaded) -> Verdict:
    if tcp_sockets() is None:
        return ok("not counted: this system, or the sandbox that the server is in, does not tell of sockets")
    return ok("what workloads receive and send over TCP is counted")


COMPUTING: dict[str, Checker] = {
    "capacity": _capacity,
    "limits": _limits,
    "containers": _containers,
    "network use": _network_use,
}
