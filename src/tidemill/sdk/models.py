"""Models at the server of a client: where the files of one lie that an address names, and fetching them.

Addresses are MLflow's: `models:/NAME/VERSION`, `models:/NAME@ALIAS`, `models:/NAME/latest`, `models:/m-ID`,
`runs:/RUN/PATH`, and `mlflow-artifacts:/PATH` itself. `PATH` of a run is a folder of its artifacts, or the name of a
model that it logged.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.sdk.client import Client, path_part
from tidemill.sdk.connection import Call
from tidemill.sdk.model_messages import (
    DownloadUri,
    Files,
    LoggedModel,
    LoggedModelAnswer,
    ModelVersionAnswer,
    ModelVersions,
    RunAnswer,
)

Answer = TypeVar("Answer")

SCHEMES = ("models", "runs", "mlflow-artifacts")
MOST_FILES = 20_000
_API = "/api/2.0/mlflow"
_ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
_HINT = "such as models:/NAME/1, models:/NAME@ALIAS, models:/m-ID or runs:/RUN/PATH"


def is_address(told: str) -> bool:
    """Whether a text is the address of a model at a server, and no path."""
    scheme, found, _ = told.partition(":/")
    return bool(found) and scheme in SCHEMES


class Models:
    """Models of the workspace of a client, through its connection."""

    def __init__(self, client: Client) -> None:
        self._connection = client.connection

    def fetch(self, uri: str, folder: Path) -> Path:
        """Fetch all files of a model into a folder, and give it. Raises InvalidError, NotFoundError."""
        root = self._path_of(self.locate(uri))
        count = 0
        for relative, size in self._listed(root):
            count += 1
            if count > MOST_FILES:
                raise InvalidError(f"{uri} has more than {MOST_FILES} files", hint="is it a model?")
            target = folder.joinpath(*_inside(relative))
            target.parent.mkdir(parents=True, exist_ok=True)
            self._fetch_file(f"{root}/{relative}", target, size)
        if not count:
            raise NotFoundError(f"{uri} has no files", hint="was the model logged to the end?")
        return folder

    def locate(self, uri: str) -> str:
        """The address of the artifacts that a model's address means."""
        scheme, _, rest = uri.partition(":/")
        rest = rest.strip("/")
        match scheme:
            case "mlflow-artifacts":
                return uri
            case "runs":
                return self._of_run(uri, rest)
            case "models":
                return self._of_model(uri, rest)
            case _:
                raise InvalidError(f"{uri!r} is no address of a model", hint=_HINT)

    def _of_run(self, uri: str, rest: str) -> str:
        run_id, _, path = rest.partition("/")
        if not run_id or not path:
            raise InvalidError(f"{uri!r} names no folder of a run", hint="such as runs:/RUN/model")
        inside = _inside(path)
        run = self._get(f"{_API}/runs/get", RunAnswer, {"run_id": run_id}).run
        below = "/".join((run.info.artifact_uri.rstrip("/"), *inside))
        if next(self._listed(self._path_of(below)), None) is not None:
            return below
        for output in reversed(run.outputs.model_outputs):
            model = self._logged(output.model_id)
            if model.info.name == path:
                return model.info.artifact_uri
        raise NotFoundError(
            f"the run {run_id} has no model {path!r}", hint="`tidemill` shows a run's models on its page"
        )

    def _of_model(self, uri: str, rest: str) -> str:
        if rest.startswith("m-") and "/" not in rest and "@" not in rest:
            return self._logged(rest).info.artifact_uri
        name, at, alias = rest.partition("@")
        if at:
            found = self._get(f"{_API}/registered-models/alias", ModelVersionAnswer, {"name": name, "alias": alias})
            return self._of_version(name, found.model_version.version)
        name, _, version = rest.rpartition("/")
        if not name or not version:
            raise InvalidError(f"{uri!r} names no version", hint=_HINT)
        return self._of_version(name, self._latest(name) if version == "latest" else version)

    def _latest(self, name: str) -> str:
        escaped = name.replace("'", "''")
        found = self._get(
            f"{_API}/model-versions/search", ModelVersions, {"filter": f"name='{escaped}'", "max_results": 1}
        )
        if not found.model_versions:
            raise NotFoundError(
                f"the model {name!r} has no version", hint="`models:/m-ID` names one that is not registered"
            )
        return found.model_versions[0].version

    def _of_version(self, name: str, version: str) -> str:
        told = self._get(f"{_API}/model-versions/get-download-uri", DownloadUri, {"name": name, "version": version})
        # A version made of a run or of a logged model may be told by its address.
        return (
            self.locate(told.artifact_uri)
            if not told.artifact_uri.startswith("mlflow-artifacts:")
            else told.artifact_uri
        )

    def _logged(self, model_id: str) -> LoggedModel:
        return self._get(f"{_API}/logged-models/{path_part(model_id)}", LoggedModelAnswer).model

    def _path_of(self, uri: str) -> str:
        """The path within the server's own store."""
        parts = urlsplit(uri)
        if parts.scheme != "mlflow-artifacts":
            raise InvalidError(
                f"the files lie at {uri}, which is no store of the server",
                hint="fetch them with that store's own tools",
            )
        return "/".join(_inside(parts.path.strip("/")))

    def _listed(self, root: str) -> Iterator[tuple[str, int | None]]:
        """Every file below a path, with its size."""
        folders = [""]
        while folders:
            folder = folders.pop()
            path = f"{root}/{folder}".rstrip("/")
            for entry in self._get(_ARTIFACTS, Files, {"path": path}).files:
                relative = f"{folder}/{entry.path}".lstrip("/")
                if entry.is_dir:
                    folders.append(relative)
                else:
                    yield relative, entry.file_size

    def _fetch_file(self, path: str, target: Path, size: int | None) -> None:
        call = Call("GET", f"{_ARTIFACTS}/{quote(path)}")
        with self._connection.stream(call) as response, target.open("xb") as stream:
            for chunk in response.iter_bytes():
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        if size is not None and target.stat().st_size != size:
            raise InvalidError(f"{path} came with {target.stat().st_size} bytes of {size}", hint="try again")

    def _get(self, path: str, answer: type[Answer], query: Mapping[str, Any] | None = None) -> Answer:
        return self._connection.ask(Call("GET", path, query=query or {}), answer)


def _inside(path: str) -> tuple[str, ...]:
    """The parts of a path that leads nowhere else. Raises InvalidError."""
    parts = PurePosixPath(path).parts
    if not parts or PurePosixPath(path).is_absolute() or any(part == ".." or "\\" in part for part in parts):
        raise InvalidError(f"the path {path[:200]!r} leads out of the model", hint="name a folder of the artifacts")
    return parts
