"""The error tree. Each error knows its code, its HTTP status and, where there is one, the way out.

TidemillError
├── InvalidError            400  the request cannot be understood or breaks a rule
├── UnauthenticatedError    401  nobody is named where somebody must be
├── ForbiddenError          403  the subject may not do this
├── NotFoundError           404  no such thing in this workspace
├── ConflictError           409  the thing is in a state that does not allow it
│   └── AlreadyExistsError  409  the name or id is taken
├── NotImplementedHereError 501 this installation cannot, another could
├── TooLargeError           413  over a limit of size, count or depth
├── TooManyError            429  slow down
├── DamagedError            500  stored bytes are not the bytes that were acknowledged
├── UnavailableError        503  try again later
└── StorageFullError        507  no room to store it

Each dialect (MLflow, KFP, Open Inference, OpenAI) maps this tree to its own wire form in one table.
"""

from typing import ClassVar


class TidemillError(Exception):
    """Base of every error that a user may meet.

    `message` says what went wrong and why; `hint` says what to do about it.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def in_one(self) -> str:
        """Message and hint as one text, for whoever has room for no more."""
        return self.message if self.hint is None else f"{self.message}\nhint: {self.hint}"


class InvalidError(TidemillError):
    code = "invalid"
    status = 400


class UnauthenticatedError(TidemillError):
    code = "unauthenticated"
    status = 401


class ForbiddenError(TidemillError):
    code = "forbidden"
    status = 403


class NotFoundError(TidemillError):
    code = "not_found"
    status = 404


class ConflictError(TidemillError):
    code = "conflict"
    status = 409


class AlreadyExistsError(ConflictError):
    code = "already_exists"


class NotImplementedHereError(TidemillError):
    code = "not_implemented"
    status = 501


class TooLargeError(TidemillError):
    code = "too_large"
    status = 413


class TooManyError(TidemillError):
    code = "too_many"
    status = 429


class DamagedError(TidemillError):
    code = "damaged"
    status = 500


class UnavailableError(TidemillError):
    code = "unavailable"
    status = 503


class StorageFullError(TidemillError):
    code = "storage_full"
    status = 507
