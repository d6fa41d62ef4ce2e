"""Pipelines at the server of a client, typed: what is uploaded, and runs."""

import secrets
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec

from tidemill.kit.errors import AlreadyExistsError, NotFoundError
from tidemill.sdk.client import Client, given, path_part
from tidemill.sdk.connection import Call
from tidemill.sdk.pipeline_messages import (
    ArtifactEntries,
    ArtifactEntry,
    BegunRun,
    Experiment,
    ExperimentPage,
    NamedPipeline,
    NewExperiment,
    NewPipeline,
    NewRun,
    NewVersion,
    Pipeline,
    PipelinePage,
    PipelineRun,
    PipelineRunPage,
    PipelineVersion,
    PipelineVersionPage,
)

Answer = TypeVar("Answer")

_NATIVE = "/api/v1/pipeline-runs"
_KUBEFLOW = "/apis/v2beta1"
_JSON = {"Content-Type": "application/json"}
_MOST_ON_A_PAGE = 200
_ID_LENGTH = 32
_MOST_TAKEN = 100


class Pipelines:
    """Pipelines of the workspace of a client, through its connection."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._connection = client.connection

    def page_of(self, run_id: str) -> str:
        """The address of a run's page."""
        return self._client.page(f"pipelines/runs/{run_id}")

    def begin(self, run: NewRun) -> str:
        """Begin a run; returns its id. Raises InvalidError for what cannot be run, or parameters that do not fit."""
        return self._post(f"{_KUBEFLOW}/runs", run, BegunRun).run_id

    def get(self, run_id: str) -> PipelineRun:
        """A run with every task's inputs, outputs and workload. Raises NotFoundError."""
        return self._get(f"{_NATIVE}/{path_part(run_id)}", PipelineRun)

    def page(self, **query: Any) -> PipelineRunPage:
        """A page of runs, the latest first: state, search, pipeline_id, experiment_id, archived, limit, page_token."""
        return self._get(_NATIVE, PipelineRunPage, **query)

    def list_all(self, limit: int, **query: Any) -> tuple[list[PipelineRun], int]:
        """So many runs at most, the latest first, and how many there are in all."""
        runs, token, total = list[PipelineRun](), "", 0
        while True:
            page = self.page(limit=min(limit - len(runs), _MOST_ON_A_PAGE), page_token=token, **query)
            runs += page.runs
            token, total = page.next_page_token, page.total
            if not token or len(runs) >= limit:
                return runs, total

    def artifact_files(self, run_id: str, task: str, name: str, number: int = 0) -> Iterator[ArtifactEntry]:
        """Every file of an artifact that a task made. Raises NotFoundError, InvalidError where it lies elsewhere."""
        folders = [""]
        while folders:
            path, after = folders.pop(), ""
            while True:
                asked = {"task": task, "name": name, "number": number, "path": path, "after": after}
                page = self._get(f"{_NATIVE}/{path_part(run_id)}/artifacts", ArtifactEntries, **asked)
                folders += [entry.path for entry in page.files if entry.is_dir]
                yield from (entry for entry in page.files if not entry.is_dir)
                if not (after := page.next):
                    break

    @contextmanager
    def artifact_content(
        self, run_id: str, task: str, name: str, path: str, number: int = 0
    ) -> Generator[Iterator[bytes]]:
        """The bytes of a file of an artifact, as they come."""
        query = given({"task": task, "name": name, "number": number, "path": path, "download": "1"})
        call = Call("GET", f"{_NATIVE}/{path_part(run_id)}/artifacts/content", query=query)
        with self._connection.stream(call) as response:
            yield response.iter_bytes()

    def stop(self, run_id: str) -> None:
        """Ask a run to end; exit tasks run. Raises ConflictError for one that has ended."""
        self._act(run_id, "terminate")

    def retry(self, run_id: str) -> None:
        """Begin again what failed, was cancelled or never began. Raises ConflictError where nothing did."""
        self._act(run_id, "retry")

    def delete(self, run_id: str) -> None:
        """Remove a run; what of it runs is stopped. Raises NotFoundError."""
        self._connection.send(Call("DELETE", f"{_KUBEFLOW}/runs/{path_part(run_id)}"))

    def catalog(self, limit: int, search: str = "") -> tuple[list[Pipeline], int]:
        """So many uploaded pipelines at most, the latest first, and how many there are in all."""
        found, token, total = list[Pipeline](), "", 0
        filter_ = _filter("name", "IS_SUBSTRING", search) if search else ""
        while True:
            page = self._get(
                f"{_KUBEFLOW}/pipelines",
                PipelinePage,
                page_size=min(limit - len(found), _MOST_ON_A_PAGE),
                page_token=token,
                sort_by="created_at desc",
                filter=filter_,
            )
            found += page.pipelines
            token, total = page.next_page_token, page.total_size
            if not token or len(found) >= limit:
                return found, total

    def pipeline(self, name: str) -> Pipeline:
        """An uploaded pipeline by its name or id. Raises NotFoundError."""
        try:
            return self._get(f"{_KUBEFLOW}/pipelines/names/{path_part(name)}", Pipeline)
        except NotFoundError:
            if len(name) != _ID_LENGTH:
                raise
        return self._get(f"{_KUBEFLOW}/pipelines/{path_part(name)}", Pipeline)

    def versions(self, pipeline_id: str, limit: int, name: str = "") -> PipelineVersionPage:
        """Versions of a pipeline, the latest first; of one name where that is given."""
        path = f"{_KUBEFLOW}/pipelines/{path_part(pipeline_id)}/versions"
        filter_ = _filter("name", "EQUALS", name) if name else ""
        return self._get(path, PipelineVersionPage, page_size=limit, sort_by="created_at desc", filter=filter_)

    def version(self, pipeline: Pipeline, name: str = "") -> PipelineVersion:
        """A version by its name or id; without one the latest. Raises NotFoundError."""
        found = next(self._versions_named(pipeline, name), None)
        if found is not None:
            return found
        known = ", ".join(each.name for each in self.versions(pipeline.pipeline_id, 20).pipeline_versions)
        if not name:
            raise NotFoundError(f"the pipeline {pipeline.name!r} has no version yet", hint="upload one")
        raise NotFoundError(
            f"the pipeline {pipeline.name!r} has no version {name!r}", hint=f"it has: {known or 'none yet'}"
        )

    def upload(self, name: str, document: Mapping[str, Any], version_name: str = "") -> PipelineVersion:
        """Add a version to the pipeline of this name, which is made where there is none.

        Versions without a name are v1, v2 and so on. The same once more under the same name is the version that there
        is: the answer to the first may have been lost. Raises InvalidError for what could not be run,
        AlreadyExistsError where another version has the name.
        """
        first = 0
        try:
            made = self.pipeline(name)
        except NotFoundError:
            try:
                return self._upload_first(name, document, version_name)
            except AlreadyExistsError:  # by us, and its answer was lost, or by somebody else meanwhile
                made, first = self.pipeline(name), 1
        if version_name:
            return self._add_version(made, document, version_name)
        return self._add_next_version(made, document, first)

    def experiment(self, name: str) -> str:
        """The id of the experiment of this name, which is made where there is none."""
        known = self._experiment_named(name)
        if known is None:
            try:
                return self._post(f"{_KUBEFLOW}/experiments", NewExperiment(name), Experiment).experiment_id
            except AlreadyExistsError:  # by somebody else meanwhile, or by us: its answer was lost
                known = self._experiment_named(name)
                if known is None:
                    raise
        return known

    def _upload_first(self, name: str, document: Mapping[str, Any], version_name: str) -> PipelineVersion:
        message = NewPipeline(NamedPipeline(name), NewVersion(version_name or "v1", document))
        made = self._post(f"{_KUBEFLOW}/pipelines/create", message, Pipeline)
        return self.versions(made.pipeline_id, 1).pipeline_versions[0]

    def _add_next_version(self, made: Pipeline, document: Mapping[str, Any], first: int) -> PipelineVersion:
        first = first or self.versions(made.pipeline_id, 1).total_size + 1
        for number in range(first, first + _MOST_TAKEN):
            try:
                return self._add_version(made, document, f"v{number}")
            except AlreadyExistsError:
                continue
        raise AlreadyExistsError(f"{_MOST_TAKEN} names from v{first} on are taken", hint="give the version a name")

    def _add_version(self, made: Pipeline, document: Mapping[str, Any], name: str) -> PipelineVersion:
        path = f"{_KUBEFLOW}/pipelines/{path_part(made.pipeline_id)}/versions"
        try:
            return self._post(path, NewVersion(name, document), PipelineVersion)
        except AlreadyExistsError:
            taken = self.version(made, name)
            if taken.pipeline_spec != document:
                raise
            return taken

    def _experiment_named(self, name: str) -> str | None:
        page = self._get(f"{_KUBEFLOW}/experiments", ExperimentPage, filter=_filter("display_name", "EQUALS", name))
        return page.experiments[0].experiment_id if page.experiments else None

    def _versions_named(self, pipeline: Pipeline, name: str) -> Iterator[PipelineVersion]:
        yield from self.versions(pipeline.pipeline_id, 1, name).pipeline_versions
        if len(name) == _ID_LENGTH:
            path = f"{_KUBEFLOW}/pipelines/{path_part(pipeline.pipeline_id)}/versions/{path_part(name)}"
            yield self._get(path, PipelineVersion)

    def _act(self, run_id: str, verb: str) -> None:
        self._connection.send(Call("POST", f"{_KUBEFLOW}/runs/{path_part(run_id)}:{verb}", b"{}", _JSON))

    def _get(self, path: str, answer: type[Answer], /, **query: Any) -> Answer:
        return self._connection.ask(Call("GET", path, query=given(query)), answer)

    def _post(self, path: str, message: msgspec.Struct, answer: type[Answer]) -> Answer:
        headers = {**_JSON, "Idempotency-Key": secrets.token_hex(16)}
        return self._connection.ask(Call("POST", path, msgspec.json.encode(message), headers), answer)


def _filter(key: str, operation: str, value: str) -> str:
    predicate = {"operation": operation, "key": key, "string_value": value}
    return msgspec.json.encode({"predicates": [predicate]}).decode()
