"""What a call gives, as bytes: a value, or an exception with the text of its traceback.

The server keeps these bytes and never opens them. Whoever asked for the call opens them with `unpack_result`.
"""

import importlib
import pickle
from typing import Any, NoReturn

_MAX_TEXT = 20_000


class RemoteTraceback(Exception):
    """The traceback of an exception in the process where it was raised."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return f'\n"""\n{self.text}"""'


class RemoteError(Exception):
    """An exception that could not be sent itself: its kind and what it said."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(kind, message)
        self.kind = kind
        self.message = message

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


class Plain(bytes):
    """Bytes that a call gives to the server itself, which reads no pickle: they go as they are."""


class CommandFailedError(SystemExit):
    """A command that a call ran has failed, and the call ends with its exit code: there is nothing more to say."""


class UnsendableResultError(Exception):
    """What a call returned cannot be pickled, so that nobody else can have it."""


def pack_value(value: Any) -> bytes:
    """A value, pickled; `Plain` bytes as they are. Raises UnsendableResultError that names its type."""
    if isinstance(value, Plain):
        return bytes(value)
    try:
        return dumps(value)
    except Exception as error:
        raise UnsendableResultError(
            f"the call returned {_article(value)}, which cannot be pickled: {_said(error)}. "
            "Return plain values, or write a file and return its path."
        ) from error


def pack_error(error: BaseException) -> bytes:
    """An exception with its traceback's text; what cannot be pickled, or not be read back, is described instead."""
    text = traceback_text(error)
    try:
        whole = dumps(error)
        pickle.loads(whole)  # noqa: S301 - what we have just written
    except Exception:  # noqa: BLE001 - exceptions are pickled by code of their own
        whole = pickle.dumps(RemoteError(type(error).__qualname__, _said(error, with_kind=False)))
    return pickle.dumps((whole, text))


def unpack_result(data: bytes, *, raised: bool) -> Any:
    """The value; or raises the exception, whose cause is the RemoteTraceback. It runs code of the call's author."""
    if not raised:
        return pickle.loads(data)  # noqa: S301 - the caller's own call
    _raise(*pickle.loads(data))  # noqa: S301 - the caller's own call


def traceback_text(error: BaseException) -> str:
    """The traceback without the frames of this package, at most its last 20,000 characters."""
    foreign = error.__traceback__
    while foreign is not None and foreign.tb_frame.f_globals.get("__name__", "").startswith("tidemill.runtime."):
        foreign = foreign.tb_next
    lines = importlib.import_module("traceback").format_exception(type(error), error, foreign)
    return "".join(lines)[-_MAX_TEXT:]


def summary(error: BaseException) -> str:
    """One line for people: its kind and what it says."""
    text = _said(error)
    return text.splitlines()[0] if text.strip() else type(error).__name__


def dumps(value: Any) -> bytes:
    """Pickled; where that cannot be, by cloudpickle, which sends functions and classes of a script by value."""
    try:
        return pickle.dumps(value, protocol=5)
    except Exception:
        try:
            thorough = importlib.import_module("cloudpickle")
        except ImportError:
            thorough = None
        if thorough is None:
            raise
        return thorough.dumps(value, protocol=5)


def _raise(whole: bytes, text: str) -> NoReturn:
    try:
        error = pickle.loads(whole)  # noqa: S301 - the caller's own call
    except Exception as unreadable:  # its class is not here
        kind, _, message = text.strip().rpartition("\n")[2].partition(": ")
        raise RemoteError(kind, message) from unreadable
    raise error from RemoteTraceback(text)


def _article(value: object) -> str:
    kind = value.__class__
    return f"an object of type {kind.__module__}.{kind.__qualname__}".replace("builtins.", "")


def _said(error: BaseException, *, with_kind: bool = True) -> str:
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - somebody's __str__
        text = "(it cannot say what)"
    return f"{type(error).__name__}: {text}"[:1000] if with_kind else text[:5000]
