"""Each pipeline called here and run by the engine: both give the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest

import tidemill as tm
from tests.plugins.server import TidemillProcess
from tests.sdk.authoring import pipelines_for_tests as written
from tests.sdk.authoring.steps_for_tests import Model, add, both, card, fail, fit, leave, linger, look, shout
from tests.sdk.authoring.steps_for_tests import written as written_note

WITHIN_S = 100


@pytest.fixture(scope="module", autouse=True)
def client(tidemill_server: TidemillProcess) -> Iterator[tm.Client]:
    client = tm.connect(tidemill_server.uri)
    yield client
    client.close()


@pytest.mark.parametrize(
    ("pipeline", "parameters"),
    [
        (written.chain, {}),
        (written.chain, {"start": 5, "step": 0}),
        (written.files, {"rate": 1.5}),
        (written.loops, {}),
        (written.mapped, {"words": ["a", "b", "c"]}),
        (written.mapped, {"words": []}),
        (written.decided, {}),
        (written.decided, {"number": 4}),
        (written.decided, {"number": 1, "text": "q"}),
        (written.parts, {}),
        (written.outer, {}),
        (written.unrolled, {}),
    ],
    ids=lambda value: value.name if isinstance(value, tm.Pipeline) else "-".join(map(str, value.values())),
)
def test_a_pipeline_gives_what_its_function_gives(pipeline: Any, parameters: dict[str, Any]) -> None:
    here = pipeline(**parameters)
    there = pipeline.run(**parameters).result(WITHIN_S)
    assert there == here
    assert repr(there) == repr(here)  # 2 and 2.0 are equal, and not the same


@tm.pipeline
def ordered(place: str) -> str:
    first = leave(place, "a")
    second = leave.after(first)(place, "b")
    return look.after(second)(place)


@tm.pipeline
def late() -> float:
    return linger(60.0)


@tm.pipeline
def guarded(place: str, text: str = "broken") -> str:
    try:
        made = fail(text)
        said = shout(made)
    finally:
        leave(place, "cleaned")
    return said


@tm.pipeline
def kept(place: str) -> str:
    try:
        said = shout("fine")
    finally:
        leave(place, "cleaned")
    return said


@tm.pipeline
def kept_in_files(rates: list[float]) -> tuple[Model, np.ndarray, Path, tm.HTML, list[Model]]:
    model = fit(2.5)
    _, table = both("x", 3)
    note = written_note("said")
    page = card(1.5)
    return model, table, note, page, [fit(rate) for rate in rates]


@tm.step
def train(rate: float) -> str:
    with mlflow.start_run(run_name="inside") as run:
        mlflow.log_metric("rate", rate)
    return run.info.run_id


@tm.pipeline
def tracking() -> list[str]:
    return [train(rate) for rate in [0.1, 0.2]]


@tm.pipeline
def one() -> int:
    return add(1)


def test_steps_without_a_value_in_common_run_in_the_order_that_after_gives(tmp_path: Path) -> None:
    place = tmp_path / "order.txt"
    assert ordered.run(str(place)).result(WITHIN_S) == "ab"


def test_finally_runs_behind_a_failure_and_the_run_says_what_failed(tmp_path: Path) -> None:
    place = tmp_path / "cleaned.txt"
    run = guarded.run(str(place))
    with pytest.raises(tm.PipelineFailedError) as caught:
        run.wait(WITHIN_S)
    assert caught.value.path == "try/fail"
    assert "ValueError: broken" in caught.value.message
    assert f"tidemill pipeline logs {run.id} try/fail" in str(caught.value.hint)
    assert place.read_text() == "cleaned"


def test_a_step_that_takes_longer_than_its_timeout_has_failed() -> None:
    run = late.run()
    with pytest.raises(tm.PipelineFailedError, match="timed out") as caught:
        run.wait(WITHIN_S)
    assert caught.value.path == "linger"


def test_finally_runs_behind_a_success_and_what_was_made_before_is_returned(tmp_path: Path) -> None:
    place = tmp_path / "cleaned.txt"
    assert kept.run(str(place)).result(WITHIN_S) == "FINE"
    assert place.read_text() == "cleaned"


def test_what_is_kept_in_files_comes_back_as_what_it_was() -> None:
    run = kept_in_files.run([1.0, 2.0])
    model, table, note, page, models = run.result(WITHIN_S)
    assert type(model) is Model
    assert model.weight == 2.5
    assert np.array_equal(table, np.arange(3))
    assert (note.name, note.read_text()) == ("note.txt", "said")
    assert page == tm.HTML("<b>1.5</b>")
    assert [each.weight for each in models] == [1.0, 2.0]
    assert {made.type for made in run.artifacts("fit")["Output"]} == {"system.Artifact"}


def test_runs_that_steps_begin_with_mlflow_are_below_the_tracked_run(tidemill_server: TidemillProcess) -> None:
    run = tracking.with_options(experiment="tracked steps").run()
    begun = run.result(WITHIN_S)
    client = mlflow.MlflowClient(tidemill_server.uri)
    found = {each: client.get_run(each) for each in begun}
    experiment = client.get_experiment_by_name("tracked steps")
    assert experiment is not None
    of_it = client.search_runs([experiment.experiment_id], f"tags.`tidemill.pipelineRun` = '{run.id}'")
    (parent,) = (each for each in of_it if "mlflow.parentRunId" not in each.data.tags)
    assert {each.data.tags["mlflow.parentRunId"] for each in found.values()} == {parent.info.run_id}
    tasks = [each.data.tags["tidemill.pipelineTask"] for each in found.values()]
    assert tasks == ["for-rate[0]/train", "for-rate[1]/train"]
    assert [each.data.metrics["rate"] for each in found.values()] == [0.1, 0.2]


class TestARun:
    def test_has_a_page_a_state_outputs_and_tasks(self, tidemill_server: TidemillProcess) -> None:
        run = one.run().wait(WITHIN_S)
        assert run.page == f"{tidemill_server.uri}/w/default/pipelines/runs/{run.id}"
        assert run.state == "SUCCEEDED"
        assert dict(run.outputs) == {"Output": 2}
        assert run.task("add").outputs.parameters == {"Output": 2}

    def test_takes_from_the_cache_what_the_same_code_made_unless_told_otherwise(self) -> None:
        one.run().wait(WITHIN_S)
        assert one.run().wait(WITHIN_S).task("add").state == "cached"
        again = one.with_options(cache=False, run_name="afresh", experiment="authored").run().wait(WITHIN_S)
        assert again.task("add").state == "succeeded"
        assert again.details().name == "afresh"

    def test_that_takes_too_long_is_told_so_and_goes_on(self) -> None:
        run = one.with_options(cache=False).run()
        with pytest.raises(tm.ResultTimeoutError) as caught:
            run.wait(0)
        assert caught.value.hint == f"see {run.page}"
        assert run.wait(WITHIN_S).state == "SUCCEEDED"

    def test_of_wrong_parameters_is_not_begun(self) -> None:
        with pytest.raises(TypeError, match="the parameter start is 'x', of the type str, and int was annotated"):
            written.chain.run(start="x")  # pyright: ignore[reportArgumentType]
        with pytest.raises(TypeError, match="missing a required argument: 'words'"):
            written.mapped.run()  # pyright: ignore[reportCallIssue]

    def test_keeps_metrics_as_a_tracked_run_and_pages_as_html(self) -> None:
        run = written.decided.run().wait(WITHIN_S)
        made = run.artifacts("measured")["metrics"][0]
        assert (made.type, made.metadata) == ("system.Metrics", {"weight": 2.0, "half": 1.0})
        shown = written.files.run().wait(WITHIN_S).artifacts("card")["Output"][0]
        assert shown.type == "system.HTML"
