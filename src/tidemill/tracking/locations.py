"""Where the artifacts of runs and models lie, as URIs that clients read."""

from urllib.parse import urlsplit, urlunsplit

ARTIFACT_SCHEME = "mlflow-artifacts"


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


def _below(location: str, path: str) -> str:
    parts = urlsplit(location)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{path}"))
