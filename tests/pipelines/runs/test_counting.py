"""How far a run is, from what changes of it."""

from tests.pipelines.plan.runs import Run
from tests.pipelines.plan.specs import INT, dag, graph, step, task
from tidemill.pipelines.ir.graph import Graph
from tidemill.pipelines.plan.models import Step
from tidemill.pipelines.runs.counting import Tally

BODY = dag({"a": task("taker", x="^item"), "b": task("step", after=("a",))}, inputs={"item": INT})
TAKER = step({"x": INT})


class Counted(Run):
    """A run of which every change is counted."""

    def __init__(self, graph: Graph) -> None:
        self.tally = Tally(graph)
        super().__init__(graph)

    def do(self, step: Step) -> Step:
        for change in step.changes:
            self.tally.take(change.before, change.after)
        return super().do(step)

    @property
    def counts(self) -> dict[str, int]:
        return dict(self.tally.counts)

    @property
    def counted_anew(self) -> dict[str, int]:
        """As a server counts that takes the run up from its rows."""
        tally = Tally(self.graph)
        for instance in self.stored.values():
            tally.take(None, instance)
        return dict(tally.counts)


def test_what_is_to_come_is_counted_before_it_begins() -> None:
    run = Counted(
        graph(dag({"one": task("step"), "inner": task("both", after=("one",))}), both=dag({"x": task("step")}))
    )
    assert run.counts == {"ready": 1, "waiting": 1}
    run.start("one")
    assert run.counts == {"running": 1, "waiting": 1}
    run.succeed("one", out=1)
    assert run.counts == {"succeeded": 1, "ready": 1}


def test_a_loop_counts_once_it_is_known_over_what_it_goes() -> None:
    tasks = {"first": task("step"), "loop": task("body", after=("first",), over=[1, 2, 3], limit=1)}
    run = Counted(graph(dag(tasks), body=BODY, taker=TAKER))
    assert run.counts == {"ready": 1}
    run.succeed("first", out=1)
    assert run.counts == {"succeeded": 1, "ready": 1, "waiting": 5}
    run.succeed("loop[0]/a", out=1)
    run.succeed("loop[0]/b", out=1)
    assert run.counts == run.counted_anew == {"succeeded": 3, "ready": 1, "waiting": 3}


def test_an_executor_in_a_loop_counts_for_each_item() -> None:
    run = Counted(graph(dag({"loop": task("each", over=[5, 6], limit=1)}), each=step({"item": INT})))
    assert run.counts == {"ready": 1, "waiting": 1}


def test_what_is_in_a_dag_that_is_skipped_never_comes() -> None:
    tasks = {"no": task("both", when="1 > 2"), "one": task("step", after=("no",))}
    run = Counted(graph(dag(tasks), both=dag({"x": task("step"), "y": task("step", after=("x",))})))
    assert run.counts == run.counted_anew == {"ready": 1}


def test_a_retry_counts_again_what_begins_again() -> None:
    run = Counted(graph(dag({"loop": task("body", over=[1, 2])}), body=BODY, taker=TAKER))
    run.succeed("loop[0]/a", out=1)
    run.fail("loop[1]/a")
    run.succeed("loop[0]/b", out=1)
    ended = run.counts
    assert ended == run.counted_anew == {"succeeded": 2, "failed": 1, "upstream_failed": 1}
    run.retry()
    assert run.counts == run.counted_anew
    assert sum(run.counts.values()) == sum(ended.values())
    run.succeed("loop[1]/a", out=1)
    run.succeed("loop[1]/b", out=1)
    assert run.counts == {"succeeded": 4}
