"""Asking a server of this machine, with the standard library: commands that load no HTTP client start at once."""

import http.client
from typing import Any
from urllib.parse import urlsplit

import msgspec

_LARGEST_ANSWER = 1 << 20


def ask(url: str, path: str, *, timeout_s: float = 5) -> tuple[int, dict[str, Any]]:
    """GET `path` of the server at `url`: its status and its JSON object ({} for anything else).

    No proxy is asked. Raises OSError when nobody answers in time, or not in HTTP.
    """
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=timeout_s)
    try:
        connection.request("GET", path, headers={"Accept": "application/json"})
        answer = connection.getresponse()
        content = answer.read(_LARGEST_ANSWER)
    except http.client.HTTPException as error:
        raise OSError(f"no HTTP server answers at {url}: {error!r}") from error
    finally:
        connection.close()
    return answer.status, _object(content)


def _object(content: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}
