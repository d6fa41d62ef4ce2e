"""Clients that write numbered things and remember what was acknowledged, and the reading back of all that is stored.

The number of a write is its value, its step, its name: what is stored tells by itself which write it came from.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.promises.wire import Answer, Connection, DroppedError

API = "/api/2.0/mlflow"
FILES = "/api/2.0/mlflow-artifacts/artifacts"
KINDS = ("batch", "metric", "param", "tag", "run", "artifact")
BATCH_METRICS = [f"batch{number}" for number in range(5)]
_PAUSE_S = 0.01
_GIVEN_UP_S = 60
_ARTIFACT_COPIES = 4000


@dataclass
class Ledger:
    """What one client did: every number that it sent, and those that were answered 200."""

    name: str
    run_id: str
    experiment_id: str
    repeats: bool
    sent: list[int] = field(default_factory=list[int])
    acknowledged: set[int] = field(default_factory=set[int])
    refusals: list[str] = field(default_factory=list[str])

    def of_kind(self, kind: str) -> list[int]:
        """The numbers that were sent as this kind of write."""
        return [number for number in self.sent if kind_of(number) == kind]


class Client(threading.Thread):
    """Writes until it is stopped. One that `repeats` sends a write again until it is acknowledged, as clients with
    retries do; another goes on with the next one."""

    def __init__(self, name: str, address: Callable[[], str], experiment_id: str, *, repeats: bool) -> None:
        super().__init__(name=name)
        self._address = address
        self._connection = Connection(address())
        self._stopped = threading.Event()
        run = self._connection.call("POST", f"{API}/runs/create", {"experiment_id": experiment_id, "run_name": name})
        self.ledger = Ledger(name, run.ok()["run"]["info"]["run_id"], experiment_id, repeats)

    def stop(self) -> None:
        """Stop after the write that is under way; the server must be up."""
        self._stopped.set()
        self.join()
        self._connection.close()

    def run(self) -> None:
        number = 0
        while not self._stopped.is_set():
            number += 1
            self.ledger.sent.append(number)
            given_up = time.monotonic() + _GIVEN_UP_S
            while not self._write(number) and self.ledger.repeats and time.monotonic() < given_up:
                pass

    def _write(self, number: int) -> bool:
        """Send one write once; whether it was acknowledged."""
        try:
            answer = send(self._connection, self.ledger, number)
        except DroppedError:
            self._stopped.wait(_PAUSE_S)
            self._connection = Connection(self._address())
            return False
        if answer.status == 200:
            self.ledger.acknowledged.add(number)
        else:
            self.ledger.refusals.append(f"{number}: {answer.status} {answer.body[:300]!r}")
        return True


def kind_of(number: int) -> str:
    return KINDS[number % len(KINDS)]


def send(connection: Connection, ledger: Ledger, number: int) -> Answer:
    """The write of this number, of the kind that it has."""
    text, run = str(number), {"run_id": ledger.run_id}
    match kind_of(number):
        case "batch":
            metrics = [{"key": key, "value": number, "timestamp": number, "step": number} for key in BATCH_METRICS]
            pairs = [{"key": f"{part}{number}", "value": text} for part in ("batch-a", "batch-b")]
            body = {**run, "metrics": metrics, "params": pairs, "tags": pairs}
            return connection.call("POST", f"{API}/runs/log-batch", body, safe=False)
        case "metric":
            body = {**run, "key": "single", "value": number, "timestamp": number, "step": number}
            return connection.call("POST", f"{API}/runs/log-metric", body, safe=False)
        case "param":
            body = {**run, "key": f"param{number}", "value": text}
            return connection.call("POST", f"{API}/runs/log-parameter", body, safe=False)
        case "tag":
            body = {**run, "key": f"tag{number}", "value": text}
            return connection.call("POST", f"{API}/runs/set-tag", body, safe=False)
        case "run":
            body = {"experiment_id": ledger.experiment_id, "run_name": run_name(ledger, number)}
            key = [("Idempotency-Key", run_name(ledger, number))] if ledger.repeats else []
            return connection.call("POST", f"{API}/runs/create", body, key, safe=False)
        case _:
            path = f"{FILES}/{artifact_path(ledger, number)}"
            return connection.call("PUT", path, artifact_content(ledger, number), safe=False)


def run_name(ledger: Ledger, number: int) -> str:
    return f"{ledger.name}-made-{number}"


def artifact_path(ledger: Ledger, number: int) -> str:
    return f"{ledger.experiment_id}/{ledger.run_id}/artifacts/{number}.bin"


def artifact_content(ledger: Ledger, number: int) -> bytes:
    return f"{ledger.name} {number} ".encode() * _ARTIFACT_COPIES


@dataclass(frozen=True)
class Verdict:
    """What reading everything back showed, each entry a sentence."""

    lost: list[str]
    duplicated: list[str]
    torn: list[str]


def judge(uri: str, ledger: Ledger) -> Verdict:
    """Compare what a client was told with what is stored."""
    connection = Connection(uri)
    times, torn = _stored(connection, ledger)
    connection.close()
    lost = [f"{ledger.name} {kind_of(number)} {number}" for number in ledger.acknowledged if not times[number]]
    duplicated = [
        f"{ledger.name} {kind_of(number)} {number}: {count} times" for number, count in times.items() if count > 1
    ]
    return Verdict(lost, duplicated, torn)


def _stored(connection: Connection, ledger: Ledger) -> tuple[Counter[int], list[str]]:
    """How often each number is stored whole, and what is stored in part or was never sent."""
    run = connection.call("GET", f"{API}/runs/get?run_id={ledger.run_id}").ok()["run"]["data"]
    values = {pair["key"]: pair["value"] for part in ("params", "tags") for pair in run.get(part, [])}
    times: Counter[int] = Counter(_history(connection, ledger, "single"))
    torn: list[str] = []
    for kind in ("param", "tag"):
        times.update(number for number in ledger.of_kind(kind) if values.get(f"{kind}{number}") == str(number))
    histories = [Counter(_history(connection, ledger, key)) for key in BATCH_METRICS]
    pairs = [
        Counter(_numbers(run.get(part, []), name)) for part in ("params", "tags") for name in ("batch-a", "batch-b")
    ]
    for number in ledger.of_kind("batch"):
        counts = {part[number] for part in (*histories, *pairs)}
        if len(counts) > 1:
            torn.append(f"{ledger.name} batch {number}: its parts are stored {sorted(counts)} times")
        times[number] = max(counts)
    times.update(_made_runs(connection, ledger))
    for number in ledger.of_kind("artifact"):
        answer = connection.call("GET", f"{FILES}/{quote(artifact_path(ledger, number))}")
        times[number] = int(answer.status == 200)
        if answer.status == 200 and answer.body != artifact_content(ledger, number):
            torn.append(f"{ledger.name} artifact {number}: {len(answer.body)} bytes that are not those sent")
    torn += [f"{ledger.name}: {number} is stored and was never sent" for number in set(times) - set(ledger.sent)]
    return times, torn


def _history(connection: Connection, ledger: Ledger, key: str) -> Iterator[int]:
    query = f"run_id={ledger.run_id}&metric_key={key}"
    for point in connection.call("GET", f"{API}/metrics/get-history?{query}").ok().get("metrics", []):
        assert point["value"] == point["step"] == point["timestamp"], f"a point that was never sent: {point}"
        yield point["step"]


def _numbers(pairs: list[dict[str, Any]], name: str) -> Iterator[int]:
    return (int(pair["value"]) for pair in pairs if pair["key"] == f"{name}{pair['value']}")


def _made_runs(connection: Connection, ledger: Ledger) -> Iterator[int]:
    body = {"experiment_ids": [ledger.experiment_id], "max_results": 50_000}
    prefix = f"{ledger.name}-made-"
    for run in connection.call("POST", f"{API}/runs/search", body).ok().get("runs", []):
        if (name := run["info"]["run_name"]).startswith(prefix):
            yield int(name.removeprefix(prefix))
