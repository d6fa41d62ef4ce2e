"""MLflow's REST API with no client around it: quick, and free of the state that a client keeps."""

import json
import threading
import time
from collections.abc import Sequence
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any

_TIMEOUT_S = 60

Point = tuple[str, float | str, int, int]
"""A metric's key, value, time in milliseconds and step."""


class Wire:
    """Calls of one server. May be used by several threads: each has a connection of its own."""

    def __init__(self, uri: str) -> None:
        self._host = uri.removeprefix("http://")
        self._threads = threading.local()
        self._connections: list[HTTPConnection] = []

    def close(self) -> None:
        """Close every connection; no thread may call any more."""
        for connection in self._connections:
            connection.close()

    def call(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send a body to a path below the root; gives the decoded answer, whatever its status."""
        connection = self._connection()
        try:
            return _call(connection, method, path, body)
        except ConnectionError:  # idle for so long that the server has closed it
            connection.close()
            return _call(connection, method, path, body)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call MLflow's API, which must agree."""
        answer = self.call("POST", f"/api/2.0/mlflow/{path}", body)
        assert answer["status"] == HTTPStatus.OK, answer
        return answer

    def native(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call our own API, which must agree."""
        answer = self.call(method, f"/api/v1/{path}", body or {})
        assert answer["status"] == HTTPStatus.OK, answer
        return answer

    def job(self, name: str, *command: str, group: str = "", **spec: Any) -> str:
        """Submit a command that asks for little; gives its id."""
        asked = {"command": command, "resources": {"cpu_milli": 100}} | spec
        return self.native("POST", "workloads", {"name": name, "group": group, "spec": asked})["id"]

    def ended(self, *job_ids: str) -> dict[str, str]:
        """Wait until jobs have ended; gives their states."""
        answer = self.native("POST", "workloads/wait", {"ids": job_ids})
        assert answer["pending"] == 0, answer
        return {row["id"]: row["state"] for row in answer["ended"]}

    def experiment(self, name: str) -> str:
        """Make an experiment; gives its id."""
        return self.post("experiments/create", {"name": name})["experiment_id"]

    def start(self, experiment_id: str, name: str, start_ms: int | None = None, **tags: str) -> str:
        """Start a run, by default now; gives its id."""
        body = {
            "experiment_id": experiment_id,
            "run_name": name,
            "start_time": int(time.time() * 1000) if start_ms is None else start_ms,
            "user_id": "ada",
            "tags": [{"key": key, "value": value} for key, value in tags.items()],
        }
        return self.post("runs/create", body)["run"]["info"]["run_id"]

    def log(self, run_id: str, points: Sequence[Point] = (), params: dict[str, Any] | None = None) -> None:
        """Log points and parameters, all at once."""
        metrics = [dict(zip(("key", "value", "timestamp", "step"), point, strict=True)) for point in points]
        texts = [{"key": key, "value": str(value)} for key, value in (params or {}).items()]
        self.post("runs/log-batch", {"run_id": run_id, "metrics": metrics, "params": texts})

    def end(self, run_id: str, end_ms: int | None = None, status: str = "FINISHED") -> None:
        """End a run, by default now."""
        at_ms = int(time.time() * 1000) if end_ms is None else end_ms
        self.post("runs/update", {"run_id": run_id, "status": status, "end_time": at_ms})

    def _connection(self) -> HTTPConnection:
        if not hasattr(self._threads, "connection"):
            self._threads.connection = HTTPConnection(self._host, timeout=_TIMEOUT_S)
            self._connections.append(self._threads.connection)
        return self._threads.connection


def _call(connection: HTTPConnection, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    return {"status": answer.status} | json.loads(text)
