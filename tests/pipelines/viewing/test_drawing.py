"""The structure of a pipeline as it is drawn."""

import pytest

from tests.pipelines.plan.specs import dag, graph, task
from tidemill.kit.errors import TooLargeError
from tidemill.pipelines.viewing.drawing import MOST_TASKS, drawn


def test_a_dag_that_is_used_twice_is_drawn_once() -> None:
    inner = dag({"x": task("step")})
    drawing = drawn(graph(dag({"a": task("inner"), "b": task("inner", after=("a",))}), inner=inner))
    assert [(each.id, [one.name for one in each.tasks]) for each in drawing.dags] == [
        ("root", ["a", "b"]),
        ("components/inner", ["x"]),
    ]
    assert {one.dag for one in drawing.dags[0].tasks} == {"components/inner"}


def test_a_pipeline_that_nobody_could_look_at_is_not_drawn() -> None:
    with pytest.raises(TooLargeError, match="20,001 tasks"):
        drawn(graph(dag({f"t{number}": task("step") for number in range(MOST_TASKS + 1)})))
