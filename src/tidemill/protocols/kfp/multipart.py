"""Reading one file out of a multipart/form-data body, in memory and within a limit."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from tidemill.kit.errors import InvalidError, TooLargeError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_HINT = "send multipart/form-data, as kfp's client does"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it came: the name that its sender gave it, and its bytes."""

    name: str
    content: bytes = field(repr=False)


async def uploaded_file(request: Request, name: str, limit_bytes: int) -> UploadedFile:
    """The file in the body's field of this name.

    Raises InvalidError where there is none, and TooLargeError for a body over the limit.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise InvalidError("the body of an upload is a form with a file", hint=_HINT)
    collector = _Collector(name.encode())
    try:
        parser = MultipartParser(options[b"boundary"], collector.callbacks())
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit_bytes:
                raise TooLargeError(
                    f"the upload is larger than {limit_bytes} bytes", hint="upload less, or raise --max-body-bytes"
                )
            parser.write(chunk)
        parser.finalize()
    except FormParserError as error:
        raise InvalidError(f"the form cannot be read: {error}", hint=_HINT) from error
    if not collector.is_whole or collector.filename is None:
        raise InvalidError(f"the form holds no file in the field {name!r}", hint=_HINT)
    return UploadedFile(collector.filename.decode("utf-8", "replace"), bytes(collector.content))


class _Collector:
    """Takes the parser's callbacks, and keeps the first file of the wanted field."""

    def __init__(self, wanted: bytes) -> None:
        self._wanted = wanted
        self._header = bytearray()
        self._value = bytearray()
        self._takes = False
        self.filename: bytes | None = None
        self.content = bytearray()
        self.is_whole = False

    def callbacks(self) -> "MultipartCallbacks":
        told = {
            "on_header_begin": self._begin_header,
            "on_header_field": self._add_header,
            "on_header_value": self._add_value,
            "on_header_end": self._end_header,
            "on_part_data": self._add_data,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }
        return cast("MultipartCallbacks", told)

    def _begin_header(self) -> None:
        self._header.clear()
        self._value.clear()

    def _add_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self.filename is not None or bytes(self._header).lower() != b"content-disposition":
            return
        _, options = parse_options_header(bytes(self._value))
        if options.get(b"name") == self._wanted and b"filename" in options:
            self.filename, self._takes = options[b"filename"], True

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._takes:
            self.content += data[start:end]

    def _end_part(self) -> None:
        self._takes = False

    def _end(self) -> None:
        self.is_whole = True
