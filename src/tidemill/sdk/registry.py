"""The registry at the server of a client, typed: registered models, their versions, rules and lineage."""

import secrets
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from tidemill.sdk.client import Client, given, path_part
from tidemill.sdk.connection import Call
from tidemill.sdk.registry_messages import (
    Comparison,
    KeptRule,
    Lineage,
    Model,
    ModelDetail,
    ModelPage,
    NewReport,
    Promotion,
    Registration,
    Report,
    Rule,
    Version,
    VersionDetail,
    VersionPage,
)

Answer = TypeVar("Answer")

_ROOT = "/api/v1/models"
_JSON = {"Content-Type": "application/json"}
_MOST_ON_A_PAGE = 1000


class Registry:
    """Registered models of the workspace of a client, through its connection."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._connection = client.connection

    def page_of(self, name: str, version: int | None = None) -> str:
        """The address of a model's page, or of a version's."""
        below = "" if version is None else f"/versions/{version}"
        return self._client.page(f"models/{quote(name, safe='')}{below}")

    def list_all(self, limit: int, **query: Any) -> tuple[list[Model], int]:
        """So many models at most, and how many there are: kind, search, owner, tag, alias, stage, sort, descending."""
        found = list[Model]()
        while True:
            size = min(limit - len(found), _MOST_ON_A_PAGE)
            page = self._get(_ROOT, ModelPage, limit=size, offset=len(found), **query)
            found += page.models
            if not page.models or len(found) >= min(limit, page.total):
                return found, page.total

    def get(self, name: str) -> ModelDetail:
        """A model with its card and its rule. Raises NotFoundError."""
        return self._get(_model(name), ModelDetail)

    def versions(self, name: str, limit: int) -> tuple[list[Version], int]:
        """So many versions at most, the greatest number first, and how many there are. Raises NotFoundError."""
        found = list[Version]()
        while True:
            size = min(limit - len(found), _MOST_ON_A_PAGE)
            page = self._get(f"{_model(name)}/versions", VersionPage, limit=size, offset=len(found))
            found += page.versions
            if not page.versions or len(found) >= min(limit, page.total):
                return found, page.total

    def version(self, name: str, version: int) -> VersionDetail:
        """A version with all that is known of it. Raises NotFoundError."""
        return self._get(_version(name, version), VersionDetail)

    def register(self, name: str, registration: Registration) -> VersionDetail:
        """Make the next version of a model, and the model where there is none. Raises InvalidError, NotFoundError."""
        headers = {**_JSON, "Idempotency-Key": secrets.token_hex(16)}
        call = Call("POST", f"{_model(name)}/versions", msgspec.json.encode(registration), headers)
        return self._connection.ask(call, VersionDetail)

    def promote(self, name: str, version: int, promotion: Promotion) -> VersionDetail:
        """Give a version an alias or a stage. Raises ConflictError, which says which checks are red; ForbiddenError."""
        call = Call("POST", f"{_version(name, version)}/promote", msgspec.json.encode(promotion), _JSON)
        return self._connection.ask(call, VersionDetail)

    def delete_alias(self, name: str, alias: str) -> None:
        """Take an alias away from whichever version has it."""
        self._connection.send(Call("DELETE", f"{_model(name)}/aliases/{path_part(alias)}"))

    def set_card(self, name: str, version: int | None, card: str) -> None:
        """Set the card of a model, or of a version. Raises NotFoundError, InvalidError for a text that is too long."""
        path = _model(name) if version is None else _version(name, version)
        self._connection.send(Call("PUT", f"{path}/card", msgspec.json.encode({"card": card}), _JSON))

    def set_rule(self, name: str, rule: Rule) -> KeptRule:
        """Set the rule for promotions of a model. Raises InvalidError for what is no rule."""
        return self._connection.ask(Call("PUT", f"{_model(name)}/rule", msgspec.json.encode(rule), _JSON), KeptRule)

    def remove_rule(self, name: str) -> None:
        """Remove the rule of a model. Raises NotFoundError where it has none."""
        self._connection.send(Call("DELETE", f"{_model(name)}/rule"))

    def report(self, name: str, version: int, check: str, report: NewReport) -> Report:
        """Say how a check of a version ended."""
        path = f"{_version(name, version)}/checks/{quote(check, safe='/')}"
        return self._connection.ask(Call("PUT", path, msgspec.json.encode(report), _JSON), Report)

    def compare(self, left: tuple[str, int], right: tuple[str, int]) -> Comparison:
        """Two versions side by side, of one model or of two. Raises NotFoundError."""
        other, against = right
        return self._get(f"{_version(*left)}/compare", Comparison, against=against, other=other)

    def lineage(self, kind: str, id_: str, direction: str = "both") -> Lineage:
        """Where a thing came from and what came of it, by its kind and id."""
        return self._get(f"/api/v1/lineage/{path_part(kind)}/{quote(id_, safe='/')}", Lineage, direction=direction)

    def lineage_of_version(self, name: str, version: int, direction: str = "both") -> Lineage:
        """Where a version came from and what came of it. Raises NotFoundError."""
        return self._get(f"{_version(name, version)}/lineage", Lineage, direction=direction)

    def delete(self, name: str, version: int | None = None) -> None:
        """Delete a model, or one version of it, for good. Raises ConflictError that says by whom it is in use."""
        self._connection.send(Call("DELETE", _model(name) if version is None else _version(name, version)))

    def _get(self, path: str, answer: type[Answer], /, **query: Any) -> Answer:
        return self._connection.ask(Call("GET", path, query=given(query)), answer)


def _model(name: str) -> str:
    return f"{_ROOT}/{path_part(name)}"


def _version(name: str, version: int) -> str:
    return f"{_model(name)}/versions/{version}"
