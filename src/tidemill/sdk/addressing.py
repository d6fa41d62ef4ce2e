"""Where the server is: at the address that somebody gave, or wherever the server of a data directory says it is."""

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from tidemill.kit.errors import InvalidError, UnavailableError
from tidemill.runtime.server_note import running_server
from tidemill.sdk.variables import Variables


class Address:
    """A server's address. One that was found by its note is looked up again, since the next server may have another."""

    def __init__(self, variables: Variables, uri: str | None = None, data_dir: Path | None = None) -> None:
        """`uri` wins over `data_dir`, and both over the variables. Raises InvalidError for what is no address."""
        given = uri or ("" if data_dir else variables.uri)
        self._given = _checked(given) if given else ""
        self._data_dir = (data_dir or Path(variables.data_dir)).expanduser()
        self._found = ""

    def current(self) -> str:
        """The address, without a slash at its end. Raises UnavailableError where no server runs."""
        return self._given or self._found or self.look_again()

    def look_again(self) -> str:
        """The address as it is now. Raises UnavailableError where no server runs."""
        if self._given:
            return self._given
        note = running_server(self._data_dir)
        if note is None or not note.url:
            raise UnavailableError(
                f"no Tidemill server runs on {self._data_dir}, and no other is named",
                hint="`tidemill up -d` starts one; TIDEMILL_URI or uri= names one elsewhere",
            )
        self._found = note.url
        return self._found


def is_loopback(uri: str) -> bool:
    """Whether an address is of this machine alone, where no proxy has any business."""
    host = urlsplit(uri).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _checked(uri: str) -> str:
    problem = ""
    try:
        parts = urlsplit(uri)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            problem = "it begins with http:// or https:// and a host"
        elif parts.query or parts.fragment:
            problem = "it ends before any ? or #"
        _ = parts.port
    except ValueError as error:
        problem = str(error)
    if problem:
        raise InvalidError(f"{uri!r} is no address of a server: {problem}", hint="such as http://127.0.0.1:5000")
    return uri.rstrip("/")
