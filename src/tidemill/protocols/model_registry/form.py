"""How Kubeflow's registry reads a message and words an error. Facts: docs/mechanisms/model-registry-protocol.md."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar, cast

import msgspec

from tidemill.core.web import Reply, json_reply
from tidemill.kit.errors import InvalidError, TidemillError

AnyMessage = TypeVar("AnyMessage", bound=msgspec.Struct)


class ModelRegistryForm:
    """Bodies in camelCase, null as absent; errors as `{"code", "message"}`."""

    reads_bodies_of_gets = False

    def decode(self, message: type[AnyMessage], body: bytes, fields: Mapping[str, Any]) -> AnyMessage:
        """What is unknown is left aside; what the path says counts more than what the body says."""
        sent = _object_of(body) if body else {}
        told = {name: value for name, value in sent.items() if value is not None}
        try:
            return msgspec.convert({**told, **fields}, message, strict=False)
        except msgspec.ValidationError as error:
            raise InvalidError(
                f"the request does not have the expected form: {error}", hint="mr_openapi's models show the form"
            ) from error

    def error(self, error: TidemillError) -> Reply:
        code = HTTPStatus(error.status).phrase
        return json_reply({"code": code, "message": error.in_one()}, error.status)


MODEL_REGISTRY = ModelRegistryForm()


def _object_of(body: bytes) -> dict[str, Any]:
    try:
        sent: Any = msgspec.json.decode(body)
    except msgspec.MsgspecError as error:
        raise InvalidError(f"the request body is not JSON: {error}", hint="send one JSON object") from error
    if not isinstance(sent, dict):
        raise InvalidError("the request body is not a JSON object", hint="send one JSON object")
    return cast("dict[str, Any]", sent)
