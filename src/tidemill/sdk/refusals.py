"""What a server refuses, as the error of the tree that it was there."""

from collections.abc import Iterator

import httpx
import msgspec

from tidemill.kit.errors import InvalidError, TidemillError


class _Told(msgspec.Struct):
    code: str
    message: str
    hint: str | None = None


class _Refusal(msgspec.Struct):
    error: _Told


def refusal(response: httpx.Response) -> TidemillError:
    """The error that an answer tells of; one in a foreign form (a proxy's) by its status and its begin."""
    try:
        told = msgspec.json.decode(response.content, type=_Refusal).error
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _foreign(response)
    return _BY_CODE.get(told.code, _by_status(response.status_code))(told.message, hint=told.hint)


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
