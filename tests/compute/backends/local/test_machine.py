"""This machine as a node: what it has, what its owner declares, its accelerators, and free ports."""

import os
import socket
from pathlib import Path

import psutil
import pytest

from tidemill.compute.backends.contract import new_key
from tidemill.compute.backends.local.gpus import GpuUse, declared_gpus, found_gpus, gpu_use, model_of
from tidemill.compute.backends.local.machine import describe_node
from tidemill.compute.backends.local.ports import Ports
from tidemill.compute.backends.local.usage import take_samples
from tidemill.core.settings import ComputeSettings
from tidemill.kit.errors import InvalidError
from tidemill.runtime import proctree

_SMI = """#!/bin/sh
case "$1" in
--query-gpu=uuid,name) echo "GPU-aa, NVIDIA A100-SXM4-80GB"; echo "GPU-bb, NVIDIA A100-SXM4-80GB" ;;
--query-gpu=uuid,utilization.gpu,memory.used) echo "GPU-aa, 40, 1024"; echo "GPU-bb, [N/A], [N/A]" ;;
esac
"""


@pytest.fixture
def smi(tmp_path: Path) -> str:
    """A PATH with a program that stands for nvidia-smi on a machine with two cards."""
    (tmp_path / "nvidia-smi").write_text(_SMI)
    (tmp_path / "nvidia-smi").chmod(0o755)
    return str(tmp_path)


def test_a_machine_offers_what_this_process_may_use_of_it(tmp_path: Path) -> None:
    node = describe_node(ComputeSettings(node_gpus="none"), "local", tmp_path)
    assert (node.name, node.backend, node.devices) == (socket.gethostname(), "local", ())
    assert 0 < node.capacity.cpu_milli <= len(os.sched_getaffinity(0)) * 1000
    assert 0 < node.capacity.memory_bytes <= psutil.virtual_memory().total
    assert node.capacity.disk_bytes > 0


def test_what_its_owner_declares_is_what_it_offers(tmp_path: Path) -> None:
    settings = ComputeSettings(node_name="big", node_cpus="3.5", node_memory="12Gi", node_gpus="4xA100")
    node = describe_node(settings, "local", tmp_path)
    assert (node.name, node.gpu_model, node.devices) == ("big", "A100", ("0", "1", "2", "3"))
    assert (node.capacity.cpu_milli, node.capacity.memory_bytes, node.capacity.gpus) == (3500, 12 << 30, 4)


@pytest.mark.parametrize("text", ["4", "A100", "4x", "x A100", "-1xA100", "4 x A100,2xH100"])
def test_an_inventory_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="inventory"):
        declared_gpus(text)


def test_cards_are_found_by_the_drivers_own_program(smi: str, tmp_path: Path) -> None:
    node = describe_node(ComputeSettings(), "local", tmp_path, smi)
    assert (node.devices, node.gpu_model, node.capacity.gpus) == (("GPU-aa", "GPU-bb"), "A100-SXM4-80GB", 2)
    assert gpu_use(smi) == {"GPU-aa": GpuUse(busy_milli=400, memory_bytes=1 << 30)}


def test_a_machine_without_a_driver_has_no_cards(tmp_path: Path) -> None:
    assert found_gpus(str(tmp_path)) == []
    assert gpu_use(str(tmp_path)) == {}
    (tmp_path / "nvidia-smi").write_text("#!/bin/sh\nexit 9\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    assert found_gpus(str(tmp_path)) == []


def test_cards_of_several_models_are_mixed() -> None:
    assert model_of([*declared_gpus("2xA100"), *declared_gpus("1xH100")]) == "mixed"
    assert model_of([]) == ""


def test_a_process_uses_the_cards_that_it_was_given(smi: str) -> None:
    own = proctree.look_at(os.getpid())
    assert own is not None
    state = {"supervisor": own.pid, "supervisor_born": own.born, "cgroup": None, "container": None}
    given, none = new_key(), new_key()
    samples = take_samples({given: {**state, "devices": ["GPU-aa"]}, none: {**state, "devices": []}}, 5, smi)
    assert [(each.key, each.at_ms, each.gpu_milli, each.gpu_memory_bytes) for each in samples] == [
        (given, 5, 400, 1 << 30),
        (none, 5, None, None),
    ]


def test_a_reserved_port_is_nobody_elses_until_it_is_released() -> None:
    ports, key = Ports(), new_key()
    reservation = ports.reserve(key, ["http"])
    number = reservation.numbers["http"]
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", number))
    reservation.release()
    with socket.socket() as own:
        own.bind(("127.0.0.1", number))


def test_no_port_is_given_twice_while_its_process_lives() -> None:
    ports, given = Ports(), set[int]()
    for _ in range(50):
        reservation = ports.reserve(new_key(), ["a", "b"])
        reservation.release()
        assert not given & set(reservation.numbers.values())
        given.update(reservation.numbers.values())
    assert len(given) == 100
