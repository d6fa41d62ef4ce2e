"""MLflow's `runs/search`."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Reply
from tidemill.kit.errors import InvalidError
from tidemill.protocols.mlflow.endpoints import Endpoint
from tidemill.protocols.mlflow.messages import Int64, Message, check_limit, experiment_number, view_of
from tidemill.protocols.mlflow.run_messages import WireRun
from tidemill.tracking import Position, RunSearch

DEFAULT_PAGE = 1000
MAX_PAGE = 50_000
_encoder = msgspec.json.Encoder()


class SearchRuns(Message):
    experiment_ids: list[str] = []
    filter: str = ""
    run_view_type: str | int = ""
    max_results: Int64 = DEFAULT_PAGE
    order_by: list[str] = []
    page_token: str = ""


class FoundRuns(msgspec.Struct, omit_defaults=True):
    runs: list[WireRun] = []
    next_page_token: str = ""


class _Token(msgspec.Struct):
    after: tuple[tuple[int, Any], ...]


class RunSearchEndpoints:
    """`runs/search`."""

    def __init__(self, search: RunSearch) -> None:
        self._search = search

    def endpoints(self) -> Sequence[Endpoint]:
        return [Endpoint("POST", "runs/search", Permission.VIEW, SearchRuns, self.search)]

    async def search(self, scope: Scope, message: SearchRuns) -> Reply:
        check_limit(message.max_results, MAX_PAGE, stop=":")
        found = await self._search.page(
            scope,
            [experiment_number(text) for text in message.experiment_ids],
            filter_text=message.filter,
            order_by=message.order_by,
            view=view_of(message.run_view_type, "run_view_type"),
            limit=message.max_results,
            after=_read_token(message.page_token) if message.page_token else None,
        )
        token = "" if found.next is None else base64.b64encode(_encoder.encode(_Token(found.next))).decode()
        return Reply(_encoder.encode(FoundRuns([WireRun.of(run) for run in found.runs], token)))


def _read_token(token: str) -> Position:
    try:
        decoded = base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidError("Invalid page token, could not base64-decode") from error
    try:
        return msgspec.json.decode(decoded, type=_Token).after
    except msgspec.MsgspecError as error:
        raise InvalidError(f"Invalid page token, decoded value={decoded[:100]!r}") from error
