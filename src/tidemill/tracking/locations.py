"""Where the artifacts of runs and models lie, as URIs that clients read."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

ARTIFACT_SCHEME = "mlflow-artifacts"
_OWNED = re.compile(r"(?:.*/)?(?P<owner>[0-9a-f]{32}|models/[^/]+)/artifacts/(?P<path>.+)")


class Holder(NamedTuple):
    """A run or logged model as the one that holds artifacts: its row, its id, and where they lie."""

    id: int
    uuid: str
    artifact_uri: str


def run_artifact_uri(experiment_location: str, run_uuid: str) -> str:
    """The root of a run's artifacts."""
    return _below(experiment_location, f"{run_uuid}/artifacts")


def model_artifact_uri(experiment_location: str, model_uuid: str) -> str:
    """The root of a logged model's artifacts."""
    return _below(experiment_location, f"models/{model_uuid}/artifacts")


def stored_folder(uri: str) -> str | None:
    """The folder of our own store that a URI names; None where it names another store."""
    parts = urlsplit(uri)
    if parts.scheme != ARTIFACT_SCHEME or parts.netloc:
        return None
    return parts.path.strip("/")


def owner_and_path(path: str) -> tuple[str, str]:
    """A stored file's path as people know it: the run (its id) or model (`models/` and its id), and the path in it.

    The owner is empty for a file that lies in no folder of a run or model.
    """
    match = _OWNED.fullmatch(path)
    return (match["owner"], match["path"]) if match else ("", path)


def _below(location: str, path: str) -> str:
    parts = urlsplit(location)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{path}"))
