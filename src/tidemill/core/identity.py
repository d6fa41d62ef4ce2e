"""Who asks, where, and what a route may demand: the words that scope every query.

The tenancy slice decides who a request's subject is and what it may do; everything below it only needs these words.
"""

from dataclasses import dataclass
from enum import StrEnum

DEFAULT_WORKSPACE = "default"
DEFAULT_WORKSPACE_ID = 1


class Permission(StrEnum):
    """What a route demands. Every route declares exactly one; the server refuses to start when one does not."""

    PUBLIC = "public"
    """Nothing private is shown: health, version, the page's own files."""
    VIEW = "view"
    """Read what the workspace holds."""
    EDIT = "edit"
    """Create and change what the workspace holds."""
    ADMIN = "admin"
    """Change the workspace or the installation itself."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks: a person, a service or a running workload."""

    name: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The frame of one request: every query is confined to its workspace, every write is signed by its subject."""

    workspace_id: int
    workspace: str
    subject: Subject
    request_id: str = ""
    idempotency_key: str | None = None
    base_url: str = ""
    """The address by which the client reached us, for answers that hold addresses."""
