"""Content of steps, by its digest: fetched from the server before they run, sent to it after."""

import hashlib
import http.client
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tidemill.runtime.server_note import running_server

_PIECE_BYTES = 1024 * 1024
_TIMEOUT_S = 300
PATIENCE_S = 120.0
"""How long a server may be away: it is restarted, and the step goes on."""
_POLL_S = 0.2


class StoreError(Exception):
    """The server did not take, or did not give, what a step needs."""


class Store:
    """The blobs of a workspace, over one connection that is opened when it is first needed."""

    def __init__(self, data_dir: str, workspace: str) -> None:
        """`data_dir` is the server's, in which it says where it answers."""
        self._data_dir = data_dir
        self._headers = {"X-Workspace": workspace}
        self._connection: http.client.HTTPConnection | None = None

    def fetch(self, place: str, files: Mapping[str, str]) -> None:
        """Put files there, by their path below it; one without a path is the place itself."""
        for below, digest in files.items():
            path = os.path.join(place, below) if below else place
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                answer = self._ask("GET", digest)
                while piece := answer.read(_PIECE_BYTES):
                    file.write(piece)

    def send(self, place: str) -> dict[str, list[Any]]:
        """Send the file, or the files of the folder: digest and size in bytes by path below it."""
        sent: dict[str, list[Any]] = {}
        for below, path in _files(place):
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                size = file.tell()
                file.seek(0)
                self._ask("PUT", digest, file, size).read()
            sent[below] = [digest, size]
        return sent

    def _ask(self, method: str, digest: str, body: Any = None, size: int = 0) -> http.client.HTTPResponse:
        headers = dict(self._headers)
        if body is not None:
            headers |= {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        until_s = time.monotonic() + PATIENCE_S
        while True:
            try:
                connection = self._connected()
                connection.request(method, f"/api/v1/blobs/{digest}", body, headers)
                answer = connection.getresponse()
            except (OSError, http.client.HTTPException) as error:
                self._connection = None
                if time.monotonic() > until_s:
                    raise StoreError(f"the server was away for {PATIENCE_S:g} s: {error}") from error
            else:
                if answer.status < http.client.INTERNAL_SERVER_ERROR or time.monotonic() > until_s:
                    return _checked(answer, f"{method} of the blob {digest}")
                answer.read()
            if body is not None:
                body.seek(0)
            time.sleep(_POLL_S)

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            note = running_server(Path(self._data_dir))
            if note is None:
                raise ConnectionError("no server runs")
            address = urlsplit(note.url)
            kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
            self._connection = kind(address.netloc, timeout=_TIMEOUT_S)
        return self._connection


def _checked(answer: http.client.HTTPResponse, what: str) -> http.client.HTTPResponse:
    if answer.status >= http.client.BAD_REQUEST:
        raise StoreError(f"{what}: {answer.status} {answer.read(_PIECE_BYTES).decode(errors='replace')}")
    return answer


def _files(place: str) -> Iterator[tuple[str, str]]:
    if os.path.isfile(place):
        yield "", place
    for folder, _, names in os.walk(place):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                yield os.path.relpath(path, place), path
