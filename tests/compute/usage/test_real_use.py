"""What real processes use is seen while they run, and kept."""

from tests.compute.jobs import Jobs

_HELD = 200 << 20
_EATS = f"import time\nheld = bytearray({_HELD})\nend = time.time() + 12\nwhile time.time() < end: pass"


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


def _is_idle(jobs: Jobs, job: str) -> bool:
    """Whether the sampler has seen that it ended."""
    return bool(jobs.get(f"workloads/{job}")["workload"]["use"] is None)


def _curves(jobs: Jobs, job: str) -> dict[str, dict[str, list[float]]]:
    return {curve["measure"]: curve for curve in jobs.get(f"workloads/{job}/usage")["curves"]}
