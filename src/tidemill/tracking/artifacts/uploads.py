"""Ids of uploads in parts: each is good in the workspace that it was given in, and means nothing elsewhere."""

from hashlib import sha256

from tidemill.core.identity import Scope

_ID_DIGITS = 32


def stored_upload(scope: Scope, upload_id: str) -> str:
    """The id by which the blob store knows a client's upload.

    The store knows of no tenant, so the workspace is made part of the id that it gets, by way of a digest: who names
    another workspace's upload names one that was never begun. There is no row that could be forgotten or left over.
    """
    owned = f"{scope.workspace_id}/{upload_id}"
    return sha256(owned.encode("utf-8", "surrogatepass")).hexdigest()[:_ID_DIGITS]
