"""The socket that a server listens on: bound before anything is started, so that a taken port is told at once."""

import errno
import socket

from tidemill.core.ports import holder_of
from tidemill.core.settings import ServerSettings
from tidemill.kit.errors import ConflictError, InvalidError
from tidemill.tenancy import is_loopback

_PORTS_TRIED = 50
_BACKLOG = 2048
_LAST_PORT = 65535
_FIRST_FREE_PORT = 1024


def listen(settings: ServerSettings, *, port_is_chosen: bool) -> socket.socket:
    """A listening socket on the host and port.

    A port that the user chose must be free; from the default one the next free one is taken. Raises ConflictError
    that names the holder, InvalidError for an address that this server must not or cannot use.
    """
    if not is_loopback(settings.host):
        raise InvalidError(
            f"{settings.host} can be reached by others, and this server has no users yet who could sign in",
            hint="listen on 127.0.0.1, and reach it from elsewhere through an SSH tunnel",
        )
    tries = 1 if port_is_chosen or settings.port == 0 else _PORTS_TRIED
    for port in range(settings.port, min(settings.port + tries, _LAST_PORT + 1)):
        try:
            return _bound(settings.host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise _unusable(settings.host, port, error) from error
    raise ConflictError(
        f"port {settings.port} of {settings.host} is held by {holder_of(settings.port)}",
        hint="choose another --port, or --port 0 for any free one",
    )


def url_of(listener: socket.socket) -> str:
    """The address by which a browser on this machine reaches a listener."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _bound(host: str, port: int) -> socket.socket:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _unusable(host: str, port: int, error: OSError) -> InvalidError:
    reason = (error.strerror or str(error)).lower()
    if error.errno == errno.EACCES and port < _FIRST_FREE_PORT:
        return InvalidError(
            f"cannot listen on port {port}: the system keeps ports below {_FIRST_FREE_PORT} for its administrator",
            hint="choose a higher --port, such as 5000",
        )
    return InvalidError(f"cannot listen on {host}:{port}: {reason}", hint="check --host and --port")
