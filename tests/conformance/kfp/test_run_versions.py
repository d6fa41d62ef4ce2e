"""Components pin the kfp that compiled them, and run under its own executor, whichever it is."""

from typing import Any

import pytest
from kfp import dsl


@pytest.mark.parametrize("version", ["2.1.3", "2.7.0", "2.12.1"])
def test_a_component_runs_under_the_kfp_that_it_pins(runs: Any, version: str) -> None:
    @dsl.component(kfp_package_path=f"kfp=={version}")
    def make(made: dsl.Output[dsl.Dataset], measured: dsl.Output[dsl.Metrics], place: dsl.OutputPath(str)) -> str:
        import kfp

        with open(made.path, "w") as file:
            file.write("rows")
        with open(place, "w") as file:
            file.write("somewhere")
        made.metadata["rows"] = 1
        measured.log_metric("accuracy", 0.5)
        return kfp.__version__

    @dsl.component(kfp_package_path=f"kfp=={version}")
    def take(taken: dsl.Input[dsl.Dataset]) -> str:
        with open(taken.path) as file:
            return f"{file.read()}, {taken.metadata['rows']}"

    @dsl.pipeline(name="of-a-version")
    def pipeline() -> None:
        take(taken=make().outputs["made"])

    ended = runs.run(pipeline)
    assert ended.states() == {"make": "succeeded", "take": "succeeded"}, ended.error
    assert ended.output("make") == version
    assert ended.output("make", "place") == "somewhere"
    assert ended.made("make", "measured")[0]["metadata"] == {"accuracy": 0.5}
    assert ended.made("make", "made")[0]["uri"] == f"tidemill://runs/{ended.id}/make/made"
    assert ended.output("take") == "rows, 1"


def test_a_component_finds_itself_as_a_module_and_its_log_set_up(runs: Any) -> None:
    @dsl.component
    def look() -> list:
        import inspect
        import logging
        import os
        import sys

        logging.info("said with logging")
        module = sys.modules[__name__]
        return [
            __name__,
            os.path.basename(__file__),
            inspect.getsource(look).strip().splitlines()[0],
            module.look is look,
        ]

    @dsl.pipeline(name="itself")
    def pipeline() -> None:
        look().set_caching_options(False)

    ended = runs.run(pipeline)
    assert ended.output("look") == ["ephemeral_component", "ephemeral_component.py", "def look() -> list:", True]
    said = runs.log(ended.tasks["look"])
    assert "[KFP Executor " in said
    assert said.rstrip().endswith("INFO]: said with logging")


def test_a_component_that_raises_shows_its_line(runs: Any) -> None:
    @dsl.component
    def fail(divisor: int) -> float:
        return 1 / divisor

    @dsl.pipeline(name="raises")
    def pipeline() -> None:
        fail(divisor=0)

    ended = runs.run(pipeline)
    assert ended.states() == {"fail": "failed"}
    assert "ZeroDivisionError" in ended.tasks["fail"]["error"]
    assert 'ephemeral_component.py", line ' in (said := runs.log(ended.tasks["fail"]))
    assert "    return 1 / divisor\n" in said
