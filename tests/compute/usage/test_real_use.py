"""What real processes use is seen while they run, and kept."""

import base64
import pickle
import sys
from typing import Any

import pytest

from tests.compute.jobs import Jobs

_HELD = 200 << 20
_EATS = f"import time\nheld = bytearray({_HELD})\nend = time.time() + 12\nwhile time.time() < end: pass"
_MOVED = 20_000_000
_MOVES = f"""
import socket, time
with socket.create_server(("127.0.0.1", 0)) as server:
    near = socket.create_connection(server.getsockname())
    far, _ = server.accept()
for _ in range(20):
    for _ in range(100):
        near.sendall(bytes({_MOVED // 2000}))
        left = {_MOVED // 2000}
        while left:
            left -= len(far.recv(left))
    time.sleep(0.2)
time.sleep(2.5)
near.close()
far.close()
time.sleep(4)
"""
"""20 MB from one end to the other of a connection that is closed long before the process ends."""


def test_a_process_that_eats_cpu_and_memory_shows_both(jobs: Jobs) -> None:
    job = jobs.python(_EATS)
    use = jobs.until(lambda: _busy(jobs.get("workloads")["workloads"], job))
    assert _HELD < use["memory_bytes"] < 2 * _HELD
    assert jobs.get(f"workloads/{job}")["workload"]["use"]["memory_bytes"] > _HELD
    (node,) = jobs.get("compute/nodes")["nodes"]
    assert node["use"]["memory_bytes"] > _HELD
    assert node["use"]["cpu_milli"] > 0
    assert node["use"]["disk_bytes"] > 0
    assert jobs.ends(job) == ["succeeded"]
    curves = jobs.until(lambda: _curves(jobs, job) if _is_idle(jobs, job) else None)
    cpu, memory = curves["cpu"], curves["memory"]
    assert (cpu["unit"], memory["unit"]) == ("cores", "bytes")
    assert 0.1 < max(cpu["max"]) < 3
    assert max(memory["max"]) > _HELD
    assert cpu["x"] == sorted(cpu["x"])
    assert cpu["samples"] >= 2
    assert jobs.get(f"workloads/{job}/usage", points=1)["curves"][0]["samples"] == cpu["samples"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of sockets")
def test_what_goes_over_tcp_is_counted_of_commands_and_of_calls(jobs: Jobs) -> None:
    arguments = base64.b64encode(pickle.dumps(((_MOVES, {}), {}))).decode()
    call = {"call": {"entry": "builtins:exec", "arguments": arguments}, "resources": {"cpu_milli": 100}}
    answer = jobs.http.post(jobs.url("workloads"), json={"spec": call})
    assert answer.is_success, answer.text
    both = [jobs.python(_MOVES), str(answer.json()["id"])]
    for job in both:
        use = jobs.until(lambda job=job: _moving(jobs.get(f"workloads/{job}")["workload"]["use"]))
        assert use["received_per_s"] == pytest.approx(use["sent_per_s"], rel=0.2)
    assert jobs.ends(*both) == ["succeeded", "succeeded"]
    for job in both:
        jobs.until(lambda job=job: _is_idle(jobs, job))
        curves, began_ms = _curves(jobs, job), jobs.process(job)["started_ms"]
        for curve in (curves["received"], curves["sent"]):
            assert curve["unit"] == "bytes/s"
            assert 0.9 * _MOVED < _area(curve, began_ms) < 1.1 * _MOVED


def test_what_prometheus_hears_names_who_waits_and_what_is_held(jobs: Jobs) -> None:
    def told() -> str:
        return jobs.http.get(f"{jobs.server.uri}/metrics").text

    cores = jobs.get("compute/summary")["capacity"]["cpu_milli"]
    holder = jobs.submit("sleep", "600", resources={"cpu_milli": cores})
    jobs.submit("true", group="waits")
    jobs.until(lambda: 'tidemill_compute_workloads{state="queued"} 1.0' in told())
    assert 'tidemill_compute_workloads{state="running"} 1.0' in told()
    assert f'resource="cpu"}} {cores / 1000}' in told()
    jobs.stop(holder)


def _busy(rows: list[dict[str, object]], job: str) -> dict[str, int] | None:
    """What it uses, once it is seen at work with all that it holds."""
    use = next(row["use"] for row in rows if row["id"] == job)
    assert use is None or isinstance(use, dict)
    return use if use and use["cpu_milli"] and use["memory_bytes"] > _HELD else None


def _moving(use: dict[str, int] | None) -> dict[str, int] | None:
    return use if use and use["received_per_s"] and use["sent_per_s"] else None


def _area(curve: dict[str, Any], began_ms: int) -> float:
    """What a curve of rates says altogether: each holds since the sample before."""
    times = [began_ms, *curve["x"]]
    return sum(
        rate * (end - begin) / 1000 for rate, begin, end in zip(curve["mean"], times[:-1], times[1:], strict=True)
    )


def _is_idle(jobs: Jobs, job: str) -> bool:
    """Whether the sampler has seen that it ended."""
    return bool(jobs.get(f"workloads/{job}")["workload"]["use"] is None)


def _curves(jobs: Jobs, job: str) -> dict[str, dict[str, list[float]]]:
    return {curve["measure"]: curve for curve in jobs.get(f"workloads/{job}/usage")["curves"]}
