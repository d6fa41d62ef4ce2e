"""A real server, commands that it runs, and quick ways to ask for their logs."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx

from tests.plugins.server import TidemillProcess

WITHIN_S = 60


class Jobs:
    """Submits commands to a server and asks for their logs."""

    def __init__(self, server: TidemillProcess) -> None:
        self.server = server
        self.http = httpx.Client(trust_env=False, timeout=WITHIN_S)

    def close(self) -> None:
        self.http.close()

    def url(self, path: str) -> str:
        return f"{self.server.uri}/api/v1/{path}"

    def submit(self, *command: str, **spec: Any) -> str:
        body = {"spec": {"command": command, "resources": {"cpu_milli": 100}, "grace_s": 1, **spec}}
        answer = self.http.post(self.url("workloads"), json=body)
        assert answer.is_success, answer.text
        return str(answer.json()["id"])

    def python(self, script: str, **spec: Any) -> str:
        return self.submit(sys.executable, "-u", "-c", script, **spec)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.http.get(self.url(path), params=query)
        assert answer.is_success, answer.text
        return answer.json()

    def log(self, job: str, **query: Any) -> Any:
        return self.get(f"workloads/{job}/logs", **query)

    def texts(self, job: str, **query: Any) -> list[str]:
        return [line["text"] for line in self.log(job, **query)["lines"]]

    def ends(self, *jobs: str) -> list[str]:
        """The states in which these ended."""
        answer = self.http.post(self.url("workloads/wait"), json={"ids": jobs, "timeout_s": 30})
        assert answer.json()["pending"] == 0, answer.text
        states = {ended["id"]: ended["state"] for ended in answer.json()["ended"]}
        return [states[job] for job in jobs]

    def stop(self, job: str) -> None:
        assert self.http.post(self.url(f"workloads/{job}/stop"), json={}).is_success

    def process(self, job: str) -> Any:
        """What is known of its last process."""
        return self.get(f"workloads/{job}")["processes"][0]

    def kept(self, job: str) -> Any:
        """The same, once its log is kept."""
        return self.until(lambda: found if (found := self.process(job))["log_bytes"] is not None else None)

    def until(self, look: Callable[[], Any]) -> Any:
        """What `look` finds, as soon as it finds something."""
        deadline = time.monotonic() + WITHIN_S
        while (found := look()) is None or found is False:
            assert time.monotonic() < deadline, "it took too long"
            time.sleep(0.02)
        return found

    def until_said(self, job: str, text: str) -> None:
        self.until(lambda: text in self.texts(job, tail=1000))

    def events(self, job: str, headers: dict[str, str] | None = None, **query: Any) -> Iterator[tuple[str, str, Any]]:
        """Name, id and data of each event of the stream, as it comes."""
        with self.http.stream(
            "GET", self.url(f"workloads/{job}/logs/stream"), params=query, headers=headers or {}
        ) as answer:
            assert answer.status_code == 200, answer.read()
            name = id_ = ""
            for line in answer.iter_lines():
                field, _, value = line.partition(": ")
                name, id_ = (value if field == "event" else name), (value if field == "id" else id_)
                if field == "data":
                    yield name, id_, json.loads(value)

    def search(self, job: str, **query: Any) -> Any:
        return self.get(f"workloads/{job}/logs/search", **query)


def texts_of(events: Sequence[tuple[str, str, Any]]) -> list[str]:
    return [data["text"] for name, _, data in events if name == "line"]
