"""What Kubeflow's messages have in common."""

import msgspec

from tidemill.core.identity import Scope
from tidemill.kit.errors import InvalidError
from tidemill.pipelines import Listing
from tidemill.protocols.kfp.filters import predicates_of

ARCHIVED, AVAILABLE = "ARCHIVED", "AVAILABLE"
_UNKNOWN = 2


class RpcStatus(msgspec.Struct, omit_defaults=True):
    """`google.rpc.Status`: what went wrong with a thing."""

    code: int
    message: str


def status_of(error: str) -> RpcStatus | None:
    """The status of what went wrong, in a sentence; None where nothing did."""
    return RpcStatus(_UNKNOWN, error) if error else None


class ListQuery(msgspec.Struct):
    """What every list may be asked."""

    namespace: str = ""
    page_token: str = ""
    page_size: int = 0
    sort_by: str = ""
    filter: str = ""


def listing_of(query: ListQuery) -> Listing:
    """A list's query in our words. Raises InvalidError."""
    key, descending = _order_of(query.sort_by)
    return Listing(predicates_of(query.filter), key, descending, query.page_size, query.page_token)


def check_namespace(scope: Scope, namespace: str) -> None:
    """A namespace is a workspace, and the request's header says which: refuse another one."""
    if namespace not in ("", scope.workspace):
        raise InvalidError(
            f"the namespace {namespace[:100]!r} is not the workspace of the request, {scope.workspace!r}",
            hint="leave the namespace out, or name the same one in the header X-Workspace",
        )


def _order_of(text: str) -> tuple[str, bool]:
    match text.split():
        case []:
            return "", False
        case [key]:
            return key, False
        case [key, ("asc" | "desc") as direction]:
            return key, direction == "desc"
        case _:
            raise InvalidError(
                f"sort_by: {text[:100]!r} is no order", hint='write a field, with "asc" or "desc" behind it'
            )
