"""What holds for a whole run: the folder that its tasks share, and how long it may take."""

import pytest
from kfp import dsl

from tests.conformance.kfp.running import Runs, say

SHARING = dsl.PipelineConfig(workspace=dsl.WorkspaceConfig(size="1Gi"))


@dsl.component
def leave(folder: str, name: str, text: str):
    import os

    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)


@dsl.component
def find(folder: str) -> dict:
    import os

    return {name: open(os.path.join(folder, name)).read() for name in sorted(os.listdir(folder))}


class TestWorkspace:
    def test_its_tasks_share_a_folder(self, runs: Runs) -> None:
        @dsl.pipeline(pipeline_config=SHARING)
        def sharing():
            path = dsl.WORKSPACE_PATH_PLACEHOLDER
            first = leave(folder=path, name="a", text="one")
            with dsl.ParallelFor(["b", "c"]) as name:
                more = leave(folder=path, name=name, text=name).after(first)
            found = find(folder=path).after(more)
            find(folder=path + "/below").after(leave(folder=path + "/below", name="d", text="four").after(found))

        ended = runs.succeed(sharing)
        assert ended.output("find") == {"a": "one", "b": "b", "c": "c"}
        assert ended.output("find-2") == {"d": "four"}

    def test_another_run_has_another(self, runs: Runs) -> None:
        @dsl.pipeline(pipeline_config=SHARING)
        def alone(name: str):
            find(folder=dsl.WORKSPACE_PATH_PLACEHOLDER).after(
                leave(folder=dsl.WORKSPACE_PATH_PLACEHOLDER, name=name, text="x")
            )

        assert [list(runs.succeed(alone, name=name).output("find")) for name in ("a", "b")] == [["a"], ["b"]]

    @pytest.mark.usefixtures("commands")
    def test_commands_find_it_too(self, runs: Runs) -> None:
        @dsl.container_component
        def lists(folder: str, out: dsl.OutputPath(str)):
            return dsl.ContainerSpec(
                image="alpine",
                command=["sh", "-ec", 'mkdir -p "$(dirname "$1")"; ls "$0" > "$1"'],
                args=[folder, out],
            )

        @dsl.pipeline(pipeline_config=SHARING)
        def listing():
            lists(folder=dsl.WORKSPACE_PATH_PLACEHOLDER).after(
                leave(folder=dsl.WORKSPACE_PATH_PLACEHOLDER, name="left", text="x")
            )

        assert runs.succeed(listing).output("lists", "out").strip() == "left"

    def test_a_pipeline_without_one_says_so(self, runs: Runs) -> None:
        @dsl.pipeline(pipeline_config=SHARING)
        def without():
            say(text=dsl.WORKSPACE_PATH_PLACEHOLDER + "/x")

        package = runs.compiled(without)
        with open(package) as file:
            pipeline, _, _ = file.read().partition("\n---")
        with open(package, "w") as file:
            file.write(pipeline)
        ended = runs.run(package)
        assert ended.state == "FAILED"
        assert "workspace" in ended.error


class TestDeadline:
    def test_a_run_that_takes_longer_is_ended(self, runs: Runs) -> None:
        @dsl.component
        def sleep():
            import time

            time.sleep(60)

        @dsl.pipeline(pipeline_config=dsl.PipelineConfig(active_deadline_seconds=1))
        def late():
            say(text="after").after(sleep())

        ended = runs.run(late)
        assert (ended.state, ended.states()["sleep"]) == ("FAILED", "canceled")
        assert "longer than 1 s" in ended.error

    def test_how_long_kubernetes_would_keep_it_is_not_applied(self, runs: Runs) -> None:
        @dsl.pipeline(pipeline_config=dsl.PipelineConfig(ttl_seconds_after_finished=5, ttl_seconds_after_failure=9))
        def kept():
            say(text="x")

        assert sorted(runs.succeed(kept).answer["not_applied"]) == [
            "pipelineConfig: resourceTtlOnCompletion",
            "pipelineConfig: resourceTtlOnFailure",
        ]
