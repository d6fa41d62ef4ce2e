"""The only texts that ever become part of a file name or object key, and the checks they pass first."""

import re
from collections.abc import Sequence

from tidemill.core.blobs.models import Part
from tidemill.kit.errors import InvalidError, NotFoundError

MAX_PART_NUMBER = 10_000

_DIGEST = re.compile(r"[0-9a-f]{64}")
_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")
_ETAG = re.compile(r"[0-9A-Za-z+/=._-]{1,128}")


def is_digest(text: str) -> bool:
    """Whether `text` is a SHA-256 as we write it: 64 lower-case hex digits."""
    return _DIGEST.fullmatch(text) is not None


def checked_digest(text: str) -> str:
    """`text` itself if it is a digest, else InvalidError."""
    if not is_digest(text):
        raise InvalidError(f"{_shown(text)} is not a SHA-256 digest.", hint="Give 64 lower-case hex digits.")
    return text


def checked_upload_id(text: str) -> str:
    """`text` itself if it could be an upload id of ours; else NotFoundError, as for any unknown upload."""
    if _UPLOAD_ID.fullmatch(text) is None:
        raise no_such_upload()
    return text


def no_such_upload() -> NotFoundError:
    """The one wording for an upload that was never begun, was aborted, or was collected."""
    return NotFoundError(
        "There is no multipart upload of this id.",
        hint="It was aborted, or left unfinished for so long that it was cleaned away. Begin a new one.",
    )


def no_such_blob(digest: str) -> NotFoundError:
    """The one wording for a digest that the store does not hold."""
    return NotFoundError(f"The artifact store holds no blob {digest}.")


def part_never_arrived(part: Part) -> InvalidError:
    """The one wording for a part that the client lists and the store does not have."""
    return InvalidError(
        f"Part {part.number} with etag {_shown(part.etag)} never arrived.",
        hint="List each part with the etag that its upload was answered with.",
    )


def checked_part_number(number: int) -> int:
    """`number` itself if it is 1 to 10,000, else InvalidError."""
    if not 1 <= number <= MAX_PART_NUMBER:
        raise InvalidError(f"Part number {number} is outside 1 to {MAX_PART_NUMBER}.")
    return number


def checked_parts(parts: Sequence[tuple[int, str]]) -> list[Part]:
    """The parts to join, checked: at least one, numbers ascending, etags short and plain.

    Double quotes around an etag are dropped, since clients hand on the ETag header as it came. An etag may hold a
    slash: it goes into a request header, and into a file name only after `is_digest`.
    """
    if not parts:
        raise InvalidError("A multipart upload cannot be completed with no parts.")
    checked: list[Part] = []
    for number, etag in parts:
        plain = etag.strip('"')
        if _ETAG.fullmatch(plain) is None:
            raise InvalidError(f"The etag of part {number} is not one that this server gave.")
        if checked and number <= checked[-1].number:
            raise InvalidError(
                f"Part {number} follows part {checked[-1].number}.", hint="List parts in ascending order."
            )
        checked.append(Part(checked_part_number(number), plain))
    return checked


def _shown(text: str) -> str:
    """Client text, safe and short enough for a message."""
    return repr(text if len(text) <= 80 else text[:80] + "…")
