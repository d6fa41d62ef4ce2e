"""Schedules of pipelines at the server of a client, typed."""

import secrets
from typing import Any, TypeVar

import msgspec

from tidemill.sdk.client import Client, given, path_part
from tidemill.sdk.connection import Call
from tidemill.sdk.schedule_messages import MadeSchedule, NewSchedule, Schedule, SchedulePage, SchedulePreview

Answer = TypeVar("Answer")

_NATIVE = "/api/v1/pipeline-schedules"
_KUBEFLOW = "/apis/v2beta1/recurringruns"
_JSON = {"Content-Type": "application/json"}
_MOST_ON_A_PAGE = 200


class Schedules:
    """Schedules of the workspace of a client, through its connection."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._connection = client.connection

    def page_of(self, schedule_id: str) -> str:
        """The address of a schedule's page."""
        return self._client.page(f"pipelines/schedules?schedule={path_part(schedule_id)}")

    def create(self, schedule: NewSchedule) -> str:
        """Make a schedule; returns its id. Raises InvalidError for what could never run."""
        headers = {**_JSON, "Idempotency-Key": secrets.token_hex(16)}
        call = Call("POST", _KUBEFLOW, msgspec.json.encode(schedule), headers)
        return self._connection.ask(call, MadeSchedule).recurring_run_id

    def get(self, schedule_id: str, limit: int = 50) -> Schedule:
        """A schedule with its next times, and so many of its latest. Raises NotFoundError."""
        return self._get(f"{_NATIVE}/{path_part(schedule_id)}", Schedule, limit=limit)

    def as_made(self, schedule_id: str) -> MadeSchedule:
        """A schedule as it was asked for. Raises NotFoundError."""
        return self._get(f"{_KUBEFLOW}/{path_part(schedule_id)}", MadeSchedule)

    def list_all(self, limit: int, **query: Any) -> tuple[list[Schedule], int]:
        """So many schedules at most, the latest first, and how many there are: search, name, pipeline_id."""
        found, token, total = list[Schedule](), "", 0
        while True:
            size = min(limit - len(found), _MOST_ON_A_PAGE)
            page = self._get(_NATIVE, SchedulePage, limit=size, page_token=token, **query)
            found += page.schedules
            token, total = page.next_page_token, page.total
            if not token or len(found) >= limit:
                return found, total

    def preview(self, **query: Any) -> SchedulePreview:
        """A trigger in words: cron, interval_s, timezone, start_ms, end_ms, count. Raises InvalidError."""
        return self._get(f"{_NATIVE}/preview", SchedulePreview, **query)

    def switch(self, schedule_id: str, *, on: bool) -> None:
        """Switch it on or off; what it is already it stays. Raises NotFoundError."""
        path = f"{_KUBEFLOW}/{path_part(schedule_id)}:{'enable' if on else 'disable'}"
        self._connection.send(Call("POST", path, b"{}", _JSON))

    def delete(self, schedule_id: str) -> None:
        """Remove it; its runs stay. Raises NotFoundError."""
        self._connection.send(Call("DELETE", f"{_KUBEFLOW}/{path_part(schedule_id)}"))

    def _get(self, path: str, answer: type[Answer], **query: Any) -> Answer:
        return self._connection.ask(Call("GET", path, query=given(query)), answer)
