"""Errors of this slice beyond the shared tree, and how the operating system's errors become ours.

InvalidError
└── RangeOutsideError    416  the asked range starts behind the end of the blob
"""

import errno
from collections.abc import Generator
from contextlib import contextmanager
from typing import ClassVar

from tidemill.kit.errors import DamagedError, InvalidError, StorageFullError, TidemillError, UnavailableError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_OURS = frozenset({errno.ELOOP, errno.ENOTDIR, errno.EISDIR})


class RangeOutsideError(InvalidError):
    """The asked range starts behind the end of the blob."""

    code: ClassVar[str] = "range_outside"
    status: ClassVar[int] = 416


def storage_full(doing: str) -> StorageFullError:
    """The one wording for a full disk or bucket; `doing` completes "No room left while …"."""
    return StorageFullError(
        f"No room left in the artifact store while {doing}.",
        hint="Free some space (`tidemill gc` removes what nothing points to) and send the same request again.",
    )


@contextmanager
def mapped_os_errors(doing: str) -> Generator[None]:
    """Turn an OSError inside the block into an error of the tree; `doing` completes "… while …".

    The message names no path: it may travel to a client. The OSError stays as the cause, for the log.
    """
    try:
        yield
    except OSError as error:
        raise _ours(error, doing) from error


def _ours(error: OSError, doing: str) -> TidemillError:
    if error.errno in _FULL:
        return storage_full(doing)
    if error.errno in _NOT_OURS:
        return DamagedError(
            f"The artifact store holds something that is not a file of its own, found while {doing}.",
            hint="`tidemill fsck` names it.",
        )
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return UnavailableError(
        f"The artifact store failed while {doing} ({name}).", hint="The server's log has the details."
    )
