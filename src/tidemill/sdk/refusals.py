"""What a server refuses, as the error of the tree that it was there."""

from collections.abc import Iterator
from typing import TypeVar

import httpx
import msgspec

from tidemill.kit.errors import AlreadyExistsError, ConflictError, InvalidError, TidemillError

_Form = TypeVar("_Form")
_HINT = "\nhint: "


class _Told(msgspec.Struct):
    code: str
    message: str
    hint: str | None = None


class _Refusal(msgspec.Struct):
    error: _Told


class _RpcRefusal(msgspec.Struct):
    """`google.rpc.Status`, as Kubeflow's API answers; a hint of ours is a line behind the message."""

    code: int
    message: str


class _MlflowRefusal(msgspec.Struct):
    """As MLflow's API answers; a hint of ours is a line behind the message."""

    error_code: str
    message: str


def refusal(response: httpx.Response) -> TidemillError:
    """The error that an answer tells of; one in a foreign form (a proxy's) by its status and its begin."""
    status = response.status_code
    if (ours := _read(response, _Refusal)) is not None:
        told = ours.error
        return _BY_CODE.get(told.code, _by_status(status))(told.message, hint=told.hint)
    if (kubeflows := _read(response, _RpcRefusal)) is not None:
        message, _, hint = kubeflows.message.partition(_HINT)
        return _BY_RPC_CODE.get(kubeflows.code, _by_status(status))(message, hint=hint or None)
    if (mlflows := _read(response, _MlflowRefusal)) is not None:
        message, _, hint = mlflows.message.partition(_HINT)
        return _by_status(status)(message, hint=hint or _HINTS.get(status))
    return _foreign(response)


def _read(response: httpx.Response, form: type[_Form]) -> _Form | None:
    try:
        return msgspec.json.decode(response.content, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _foreign(response: httpx.Response) -> TidemillError:
    begin = " ".join(response.content[:200].decode("utf-8", "replace").split())
    url = response.request.url
    return _by_status(response.status_code)(
        f"{url.scheme}://{url.netloc.decode()} answered with status {response.status_code}: {begin}",
        hint="is that the address of a Tidemill server?",
    )


def _by_status(status: int) -> type[TidemillError]:
    return _BY_STATUS.get(status, InvalidError if status < 500 else TidemillError)


def _tree(kind: type[TidemillError]) -> Iterator[type[TidemillError]]:
    yield kind
    for each in kind.__subclasses__():
        if each.__module__ == TidemillError.__module__:
            yield from _tree(each)


_BY_CODE = {kind.code: kind for kind in _tree(TidemillError)}
_BY_STATUS = {kind.status: kind for kind in reversed(list(_BY_CODE.values()))}
_HINTS = {404: "is it in this workspace, and spelled so?"}
# Where Kubeflow's gateway gives several codes one status.
_BY_RPC_CODE: dict[int, type[TidemillError]] = {6: AlreadyExistsError, 9: ConflictError}
