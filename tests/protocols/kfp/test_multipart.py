"""One file out of a form, however it is cut into pieces."""

from collections.abc import Sequence

import pytest
from starlette.requests import Request
from starlette.types import Message

from tidemill.kit.errors import InvalidError, TooLargeError
from tidemill.protocols.kfp.multipart import uploaded_file

pytestmark = pytest.mark.anyio
FILE = bytes(range(256)) * 20 + b"\r\n--b\r\n--bound\r\n"
FORM = (
    b'--bound-ary\r\nContent-Disposition: form-data; name="other"\r\n\r\nsomething\r\n'
    b'--bound-ary\r\ncontent-disposition: form-data; name="uploadfile"; filename="p\xc3\xbc.yaml"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n" + FILE + b"\r\n"
    b'--bound-ary\r\nContent-Disposition: form-data; name="uploadfile"; filename="second"\r\n\r\nx\r\n'
    b"--bound-ary--\r\n"
)
TYPE = "multipart/form-data; boundary=bound-ary"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def request_of(parts: Sequence[bytes], kind: str = TYPE) -> Request:
    waiting = [
        {"type": "http.request", "body": part, "more_body": number + 1 < len(parts)}
        for number, part in enumerate(parts)
    ]

    async def receive() -> Message:
        return waiting.pop(0)

    return Request({"type": "http", "method": "POST", "headers": [(b"content-type", kind.encode())]}, receive)


@pytest.mark.parametrize("size", [1, 7, 1000, len(FORM)])
async def test_the_file_comes_whole_whatever_the_pieces(size: int) -> None:
    parts = [FORM[start : start + size] for start in range(0, len(FORM), size)]
    file = await uploaded_file(request_of(parts), "uploadfile", 100_000)
    assert (file.name, file.content) == ("pü.yaml", FILE)


async def test_an_upload_over_the_limit_is_refused() -> None:
    with pytest.raises(TooLargeError, match="1000 bytes"):
        await uploaded_file(request_of([FORM]), "uploadfile", 1000)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (FORM, "application/json"),
        (FORM, "multipart/form-data"),
        (FORM, "multipart/form-data; boundary=other"),
        (FORM[:-40], TYPE),
        (b"", TYPE),
        (b"--bound-ary--\r\n", TYPE),
        (FORM.replace(b"uploadfile", b"uploadfilm"), TYPE),
        (FORM.replace(b"; filename=", b"; filenames="), TYPE),
        (b"--bound-ary\r\n" + b"x: y\r\n" * 100 + b"\r\n", TYPE),
    ],
)
async def test_what_is_no_form_with_a_file_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(InvalidError):
        await uploaded_file(request_of([body], kind), "uploadfile", 100_000)
