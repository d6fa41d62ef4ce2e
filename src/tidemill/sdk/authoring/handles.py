"""A run of a pipeline that was begun, and what becomes of it."""

import shutil
import tempfile
import time
import weakref
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar, cast

from tidemill.kit.errors import NotFoundError
from tidemill.sdk.artifact_files import Made, write_files
from tidemill.sdk.authoring import inside
from tidemill.sdk.authoring.definitions import Definition
from tidemill.sdk.authoring.own_classes import found_again, names_around
from tidemill.sdk.errors import PipelineFailedError, PipelineStoppedError, ResultTimeoutError
from tidemill.sdk.pipeline_messages import FINAL_RUN, Artifact, PipelineRun, PipelineTask
from tidemill.sdk.pipelines import Pipelines
from tidemill.sdk.progress import ProgressLine

T = TypeVar("T")

_LEAST_PAUSE_S = 0.05
_MOST_PAUSE_S = 2.0
_SHARE = 10
"""A run of many tasks is a large answer: it is asked for a tenth of the time at most."""
_OPENED = ("dag", "loop")
_ENDED = frozenset({"succeeded", "cached", "skipped", "failed", "canceled", "upstream_failed"})


class _Kept(NamedTuple):
    """An artifact as a step would find it."""

    path: str
    metadata: Mapping[str, Any]


class RunHandle(Generic[T]):
    """A run. Everything about it is asked of the server, until it has ended."""

    def __init__(self, pipelines: Pipelines, run_id: str, name: str, definition: Definition) -> None:
        self.id = run_id
        self.name = name
        self._pipelines = pipelines
        self._definition = definition
        self._ended: PipelineRun | None = None

    def __repr__(self) -> str:
        return f"<RunHandle {self.name} {self.id}{' ' + self._ended.state.lower() if self._ended else ''}>"

    def _repr_html_(self) -> str:
        return f'<a href="{self.page}">{self.page}</a>'

    @property
    def page(self) -> str:
        """The address of its page."""
        return self._pipelines.page_of(self.id)

    @property
    def state(self) -> str:
        """PENDING, RUNNING, CANCELING, SUCCEEDED, FAILED or CANCELED."""
        return self.details().state

    def details(self) -> PipelineRun:
        """All that the server knows of it: every task with its inputs, outputs and job."""
        return self._ended or self._pipelines.get(self.id)

    def wait(self, timeout: float | None = None, *, progress: bool | None = None) -> "RunHandle[T]":
        """Wait until it has succeeded; returns itself. `progress`: whether to draw a line; None: on a terminal.

        Raises PipelineFailedError with the step that failed and its error, PipelineStoppedError where somebody stopped
        it, ResultTimeoutError after so many seconds: it goes on.
        """
        run = self._wait(timeout, progress)
        if run.state == "FAILED":
            raise _failure(run)
        if run.state != "SUCCEEDED":
            raise PipelineStoppedError(f"the run {run.name} was stopped", hint=f"`tidemill pipeline show {run.id}`")
        return self

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What it returned, by name, once it has succeeded: values, and `Artifact`s of what is kept in files."""
        self.wait()
        root = self._task("").outputs
        artifacts = {name: each[0] if len(each) == 1 else each for name, each in root.artifacts.items()}
        return {**root.parameters, **artifacts}

    def result(self, timeout: float | None = None) -> T:
        """What the pipeline returned: one value, or several in order; what is kept in files is fetched and read.

        What no step of ours wrote comes as an `Artifact`. Raises what `wait` raises.
        """
        self.wait(timeout)
        root = self._task("").outputs
        read = {name: [self._read(name, *each) for each in enumerate(made)] for name, made in root.artifacts.items()}
        artifacts = {name: each[0] if len(each) == 1 else each for name, each in read.items()}
        return cast("T", self._definition.opened({**root.parameters, **artifacts}))

    def task(self, path: str) -> PipelineTask:
        """A task by its path, `train/for-rate[3]/fit`, or by its name where only one has it. Raises NotFoundError."""
        return self._task(path)

    def artifacts(self, path: str) -> Mapping[str, Sequence[Artifact]]:
        """What a task made in files, by output. Raises NotFoundError."""
        return self._task(path).outputs.artifacts

    def stop(self) -> None:
        """Ask it to end. Raises ConflictError where it has."""
        self._pipelines.stop(self.id)

    def _read(self, name: str, number: int, artifact: Artifact) -> Any:
        """An artifact that the pipeline returned, as the object that it was. Its files stay as long as the handle."""
        if "format" not in artifact.metadata:
            return artifact
        folder = tempfile.mkdtemp(prefix="tidemill-result-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        place = Path(folder) / "content"
        for _ in write_files(self._pipelines, self.id, Made("", name, number), place):
            pass
        with found_again(partial(names_around, self._definition.function)):
            return inside.read(_Kept(str(place), artifact.metadata), "")

    def _task(self, path: str) -> PipelineTask:
        tasks = self.details().tasks
        found = [task for task in tasks if task.path == path] or [task for task in tasks if path and task.name == path]
        if len(found) != 1:
            known = ", ".join(task.path for task in tasks[:20] if task.path)
            raise NotFoundError(f"the run {self.name} has {len(found)} tasks {path!r}", hint=f"it has: {known}")
        return found[0]

    def _wait(self, timeout: float | None, progress: bool | None) -> PipelineRun:
        until = None if timeout is None else time.monotonic() + timeout
        line = ProgressLine(self.name, 1, shown=progress)
        pause_s = _LEAST_PAUSE_S
        try:
            while self._ended is None:
                began = time.monotonic()
                run = self._pipelines.get(self.id)
                asked_s = time.monotonic() - began
                if run.state in FINAL_RUN:
                    self._ended = run
                    break
                if until is not None and time.monotonic() >= until:
                    raise ResultTimeoutError(
                        f"the run {self.name} has not ended after {timeout} s, and goes on", hint=f"see {self.page}"
                    )
                _draw(line, run)
                time.sleep(min(max(pause_s, asked_s * _SHARE), _MOST_PAUSE_S))
                pause_s = min(pause_s * 1.2, 0.5)
        finally:
            line.close()
        return self._ended


def _draw(line: ProgressLine, run: PipelineRun) -> None:
    """As many tasks as are known by now."""
    tasks = [task for task in run.tasks if task.path and task.kind not in _OPENED]
    line.grow(len(tasks))
    line.at(sum(task.state in _ENDED for task in tasks), sum(task.state == "failed" for task in tasks))


def _failure(run: PipelineRun) -> PipelineFailedError:
    failed = [task for task in run.tasks if task.path and task.state == "failed" and task.kind not in _OPENED]
    first = min(failed, key=lambda task: (task.ended_ms or 0, task.path), default=None)
    return PipelineFailedError(run.name, run.id, first.path if first else "", first.error if first else run.error)
