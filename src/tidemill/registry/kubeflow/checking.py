"""What Kubeflow's things may be: their names, texts and properties."""

from collections.abc import Sequence

import msgspec

from tidemill.kit.errors import ConflictError, InvalidError, NotFoundError, TooLargeError
from tidemill.registry.catalog.rules import check_text, tags_once
from tidemill.registry.kubeflow.models import Said

MOST_RESOURCES = 10_000
"""Artifacts of a version, services of an environment, and so on."""
_LONGEST_NAME = 1000
_LONGEST_FIELDS = 1_000_000
_SHOWN = 200


def check_name(name: str, what: str) -> None:
    """Raise InvalidError for a name that is none, or too long."""
    if not name.strip():
        raise InvalidError(f"the {what} has no name", hint="send a name")
    if len(name) > _LONGEST_NAME:
        raise TooLargeError(f"the name has {len(name)} characters, and {_LONGEST_NAME} are the most")


def check_said(said: Said) -> None:
    """Raise InvalidError or TooLargeError for what nobody could keep."""
    for what, text in (("description", said.description), ("readme", said.card), ("uri", said.uri)):
        check_text(what, text or "")
    for what, text in (("externalId", said.external_id), ("owner", said.owner)):
        if len(text or "") > _LONGEST_NAME:
            raise TooLargeError(f"{what} has {len(text or '')} characters, and {_LONGEST_NAME} are the most")
    if said.properties is not None:
        tags_once(said.properties)
    if len(msgspec.json.encode(dict(said.fields))) > _LONGEST_FIELDS:
        raise TooLargeError("the fields are longer than a million characters", hint="put them into an artifact")


def check_room(count: int, what: str) -> None:
    """Raise TooLargeError where there are as many as there may be."""
    if count >= MOST_RESOURCES:
        raise TooLargeError(f"there are {count} {what}, which is the most", hint="delete what nobody needs")


def the_one(ids: Sequence[int], what: str, asked: str) -> int:
    """The one that was found. Raises NotFoundError for none, ConflictError for several."""
    if not ids:
        raise NotFoundError(f"no {what} has {asked[:_SHOWN]}", hint="the list shows those there are")
    if len(ids) > 1:
        raise ConflictError(f"several of the {what}s have {asked[:_SHOWN]}", hint="name what it belongs to as well")
    return ids[0]


def asked_for(*, name: str, external_id: str) -> str:
    """What is looked for, in words. Raises InvalidError where nothing is."""
    if not name and not external_id:
        raise InvalidError("neither name nor externalId is given", hint="send one of them in the query")
    parts = [f"the name {name!r}"] if name else []
    return " and ".join([*parts, f"the externalId {external_id!r}"] if external_id else parts)
