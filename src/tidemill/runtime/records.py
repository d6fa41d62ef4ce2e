"""Small JSON records in files: whole or not there, whoever is killed while one is written.

The `json` package would double the time that a supervisor takes to start, because it compiles regular expressions;
its C core needs none of that. Records are not synced: after a power cut nothing that they speak of runs any more.
"""

import os

try:
    from _json import encode_basestring_ascii as _quoted
    from _json import make_scanner
except ImportError:  # another Python than CPython
    from json.encoder import encode_basestring_ascii as _quoted
    from json.scanner import make_scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Record = dict[str, Any]
else:
    Record = dict

_SPACES = " \t\r\n"
_MODE = 0o600


class _Reading:
    """How the scanner shall read: plain JSON, plain Python values."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    memo: "dict[str, str]" = {}  # noqa: RUF012 - the scanner looks for it here

    @staticmethod
    def parse_constant(name: str) -> float:
        return float(name)


_scan = make_scanner(_Reading)  # pyright: ignore[reportArgumentType, reportCallIssue] - it reads these attributes only


def encode(value: object) -> str:
    """JSON of None, truth values, numbers, texts, and lists and mappings of them. TypeError for anything else."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        items: list[object] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        return f"[{','.join([encode(each) for each in items])}]"
    if isinstance(value, dict):
        pairs: list[tuple[str, object]] = list(value.items())  # pyright: ignore[reportUnknownArgumentType]
        return f"{{{','.join([f'{_quoted(name)}:{encode(each)}' for name, each in pairs])}}}"
    raise TypeError(f"a record cannot hold {type(value).__name__}")


def decode(text: str) -> "Any":
    """What a JSON text says. ValueError where it is none."""
    try:
        value, end = _scan(text, len(text) - len(text.lstrip(_SPACES)))
    except StopIteration as stop:
        raise ValueError(f"no JSON value at {stop.value}") from None
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None
    if text[end:].strip(_SPACES):
        raise ValueError(f"more than one JSON value: the first ends at {end}")
    return value


def read(path: "str | os.PathLike[str]") -> "Record | None":
    """The record of a file; None where there is none, or nothing whole."""
    try:
        with open(path, encoding="utf-8") as file:
            value = decode(file.read())
    except (OSError, ValueError):
        return None
    return value if _is_record(value) else None


def write(path: "str | os.PathLike[str]", record: "Record") -> None:
    """Put a record in the place of whatever was there, readable by its owner only. Raises OSError."""
    name = os.fspath(path)
    temporary = f"{name}.{os.getpid()}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _MODE)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(encode(record))
        os.rename(temporary, name)
    except BaseException:
        os.unlink(temporary)
        raise


def _is_record(value: object) -> bool:
    return isinstance(value, dict)
