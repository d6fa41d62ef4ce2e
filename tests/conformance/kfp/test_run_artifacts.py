"""Artifacts of every type: made, handed on alone and in lists, kept, measured."""

from collections.abc import Callable
from typing import NamedTuple

from kfp import dsl

from tests.conformance.kfp.running import Runs, count, note, read, read_all, say, write


class TestFiles:
    def test_artifacts_are_read_where_they_are_needed(self, runs: Runs) -> None:
        @dsl.pipeline
        def files(rows: int):
            count(data=write(rows=rows).outputs["data"])

        ended = runs.run(files, rows=4)
        assert ended.output("count") == 4
        made = ended.tasks["write"]["outputs"]["artifacts"]
        assert made["data"][0]["metadata"] == {"rows": 4}
        assert made["data"][0]["uri"] == f"tidemill://runs/{ended.id}/write/data"
        assert made["metrics"][0]["metadata"] == {"accuracy": 0.5}

    def test_a_folder_is_an_artifact_too(self, runs: Runs) -> None:
        @dsl.component
        def fill(folder: dsl.Output[dsl.Artifact]):
            import os

            os.makedirs(os.path.join(folder.path, "deep"))
            for name in ("a.txt", "deep/b.txt"):
                with open(os.path.join(folder.path, name), "w") as file:
                    file.write(name)

        @dsl.component
        def read(folder: dsl.Input[dsl.Artifact]) -> list:
            import os

            return sorted(open(os.path.join(folder.path, name)).read() for name in ("a.txt", "deep/b.txt"))

        @dsl.pipeline
        def folders():
            read(folder=fill().outputs["folder"])

        assert runs.run(folders).output("read") == ["a.txt", "deep/b.txt"]

    def test_they_may_be_read_and_written_by_their_path_alone(self, runs: Runs) -> None:
        @dsl.component
        def make(path: dsl.OutputPath("Dataset")):
            with open(path, "w") as file:
                file.write("content")

        @dsl.component
        def use(path: dsl.InputPath("Dataset")) -> str:
            return open(path).read()

        @dsl.pipeline
        def paths():
            use(path=make().outputs["path"])

        assert runs.succeed(paths).output("use") == "content"

    def test_functions_return_them(self, runs: Runs) -> None:
        @dsl.component
        def returned() -> dsl.Dataset:
            data = dsl.Dataset(uri=dsl.get_uri(suffix="mine"), metadata={"a": 1})
            with open(data.path, "w") as file:
                file.write("returned")
            return data

        @dsl.component
        def payload() -> NamedTuple("Two", [("text", dsl.Artifact), ("number", int)]):
            return "serialised", 3

        @dsl.pipeline
        def returning():
            read(given=returned().output)
            read(given=payload().outputs["text"])

        ended = runs.succeed(returning)
        assert (ended.output("read"), ended.output("read-2")) == ("returned", "serialised")
        assert ended.made("returned")[0]["metadata"] == {"a": 1}
        assert ended.output("payload", "number") == 3

    def test_one_may_lie_at_a_path_of_its_own(self, runs: Runs) -> None:
        @dsl.component
        def elsewhere(made: dsl.Output[dsl.Artifact]):
            import tempfile

            path = tempfile.mkdtemp() + "/elsewhere.txt"
            with open(path, "w") as file:
                file.write("from elsewhere")
            made.custom_path = path

        @dsl.pipeline
        def custom():
            read(given=elsewhere().outputs["made"])

        assert runs.succeed(custom).output("read") == "from elsewhere"

    def test_one_that_lies_in_a_store_of_others_is_handed_on_by_its_uri(self, runs: Runs) -> None:
        @dsl.component
        def points(made: dsl.Output[dsl.Model]):
            made.uri = "gs://bucket/model"
            made.metadata["framework"] = "none"

        @dsl.component
        def told(model: dsl.Input[dsl.Model]) -> str:
            return f"{model.uri} {model.path} {model.metadata['framework']}"

        @dsl.pipeline
        def pointing():
            told(model=points().outputs["made"])

        assert runs.succeed(pointing).output("told") == "gs://bucket/model /gcs/bucket/model none"

    def test_one_that_was_never_written_has_its_metadata(self, runs: Runs) -> None:
        @dsl.component
        def empty(made: dsl.Output[dsl.Artifact]):
            made.metadata["only"] = [1, {"deep": True}]

        @dsl.component
        def told(given: dsl.Input[dsl.Artifact]) -> dict:
            return given.metadata

        @dsl.pipeline
        def nothing():
            told(given=empty().outputs["made"])

        assert runs.succeed(nothing).output("told") == {"only": [1, {"deep": True}]}

    def test_many_go_into_one_list(self, runs: Runs) -> None:
        @dsl.pipeline
        def listed():
            with dsl.ParallelFor(["a", "b"]) as text:
                made = note(text=text)
            read_all(given=dsl.Collected(made.outputs["made"]))

        assert runs.succeed(listed).output("read-all") == ["a", "b"]

    def test_a_pipeline_hands_them_out(self, runs: Runs) -> None:
        @dsl.pipeline
        def inner(text: str) -> dsl.Artifact:
            return note(text=text).outputs["made"]

        @dsl.pipeline
        def outer() -> NamedTuple("Out", [("made", dsl.Artifact), ("said", str)]):
            made = inner(text="handed out")
            out = NamedTuple("Out", [("made", dsl.Artifact), ("said", str)])
            return out(made=made.output, said=read(given=made.output).output)

        ended = runs.succeed(outer)
        assert ended.result("said") == "handed out"
        assert ended.made("", "made")[0]["metadata"] == {"text": "handed out"}


class TestTypes:
    def test_each_system_type_says_what_it_is(self, runs: Runs) -> None:
        @dsl.component
        def every(
            artifact: dsl.Output[dsl.Artifact],
            dataset: dsl.Output[dsl.Dataset],
            model: dsl.Output[dsl.Model],
            metrics: dsl.Output[dsl.Metrics],
            classes: dsl.Output[dsl.ClassificationMetrics],
            sliced: dsl.Output[dsl.SlicedClassificationMetrics],
            page: dsl.Output[dsl.HTML],
            text: dsl.Output[dsl.Markdown],
        ):
            model.framework = "none"
            metrics.log_metric("loss", 0.25)
            classes.log_confusion_matrix(["a", "b"], [[3, 1], [0, 4]])
            classes.log_roc_curve([0.0, 1.0], [0.0, 1.0], [0.9, 0.1])
            sliced.metadata["evaluationSlices"] = [{"slice": "left"}]
            for each, content in ((page, "<b>page</b>"), (text, "# text")):
                with open(each.path, "w") as file:
                    file.write(content)

        @dsl.pipeline
        def types():
            every()

        ended = runs.succeed(types)
        made = {name: each[0] for name, each in ended.tasks["every"]["outputs"]["artifacts"].items()}
        assert {name: each["type"] for name, each in made.items()} == {
            "artifact": "system.Artifact",
            "dataset": "system.Dataset",
            "model": "system.Model",
            "metrics": "system.Metrics",
            "classes": "system.ClassificationMetrics",
            "sliced": "system.SlicedClassificationMetrics",
            "page": "system.HTML",
            "text": "system.Markdown",
        }
        assert made["model"]["metadata"] == {"framework": "none"}
        assert made["classes"]["metadata"]["confusionMatrix"]["rows"][0] == {"row": [3, 1]}
        assert made["sliced"]["metadata"]["evaluationSlices"][0]["slice"] == "left"

    def test_one_of_another_schema_is_kept_as_what_it_is(self, runs: Runs) -> None:
        package = runs.compiled(_dataset_pipeline())
        with open(package) as file:
            text = file.read().replace("schemaTitle: system.Dataset", "schemaTitle: google.BQTable")
        with open(package, "w") as file:
            file.write(text)
        assert runs.succeed(package).made("write", "data")[0]["type"] == "google.BQTable"


class TestMeasures:
    def test_a_run_is_a_tracked_run_and_what_its_tasks_measure_lies_below_it(
        self, runs: Runs, unique: Callable[[str], str]
    ) -> None:
        @dsl.pipeline
        def measuring(rows: int):
            write(rows=rows).set_caching_options(False)

        experiment = runs.client.create_experiment(unique("experiment")).experiment_id
        package = runs.compiled(measuring)
        run = runs.client.run_pipeline(experiment, "measured", package, params={"rows": 4})
        runs.end(run.run_id)
        parent, child = sorted(runs.tracked(experiment), key=lambda each: each["info"]["run_name"])
        assert (parent["info"]["run_name"], child["info"]["run_name"]) == ("measured", "write")
        assert (parent["info"]["status"], child["info"]["status"]) == ("FINISHED", "FINISHED")
        assert parent["data"]["params"] == [{"key": "rows", "value": "4"}]
        assert [(each["key"], each["value"]) for each in child["data"]["metrics"]] == [("accuracy", 0.5)]
        tags = {each["key"]: each["value"] for each in child["data"]["tags"]}
        assert tags["mlflow.parentRunId"] == parent["info"]["run_id"]
        assert tags["tidemill.pipelineRun"] == run.run_id
        told = runs.client.get_run(run.run_id).plugins_output["mlflow"]
        assert (told.state, told.entries["root_run_id"].value) == ("PLUGIN_SUCCEEDED", parent["info"]["run_id"])
        assert told.entries["run_url"].value.endswith(f"/experiments/{experiment}/runs/{parent['info']['run_id']}")


class TestLogs:
    def test_what_is_printed_is_the_log_of_its_task(self, runs: Runs) -> None:
        @dsl.pipeline
        def talk():
            say(text="something").set_caching_options(False)

        ended = runs.run(talk)
        assert "I say something" in runs.log(ended.tasks["say"])


def _dataset_pipeline() -> object:
    @dsl.pipeline
    def table():
        write(rows=1)

    return table
