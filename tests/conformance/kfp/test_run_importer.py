"""Importers: what somebody else keeps, by its address, constant or given, with metadata."""

from kfp import dsl

from tests.conformance.kfp.running import Runs, say


@dsl.component
def told(data: dsl.Input[dsl.Dataset]) -> dict:
    return {"uri": data.uri, "path": data.path, **data.metadata}


class TestImporter:
    def test_by_a_constant_address(self, runs: Runs) -> None:
        @dsl.pipeline
        def importing():
            data = dsl.importer(
                artifact_uri="gs://bucket/data.csv",
                artifact_class=dsl.Dataset,
                reimport=False,
                metadata={"rows": 3, "deep": {"names": ["a", "b"]}},
            )
            told(data=data.output)

        ended = runs.succeed(importing)
        assert ended.output("told") == {
            "uri": "gs://bucket/data.csv",
            "path": "/gcs/bucket/data.csv",
            "rows": 3,
            "deep": {"names": ["a", "b"]},
        }
        assert ended.made("importer", "artifact")[0]["type"] == "system.Dataset"

    def test_by_an_address_that_a_task_gives_with_metadata_from_others(self, runs: Runs) -> None:
        @dsl.pipeline
        def importing(owner: str):
            address = say(text="s3://bucket/given")
            data = dsl.importer(
                artifact_uri=address.output,
                artifact_class=dsl.Dataset,
                reimport=True,
                metadata={"owner": owner, "of": f"{owner}'s", "list": [owner, 1], owner: "key"},
            )
            told(data=data.output)

        assert runs.succeed(importing, owner="me").output("told") == {
            "uri": "s3://bucket/given",
            "path": "/s3/bucket/given",
            "owner": "me",
            "of": "me's",
            "list": ["me", 1],
            "me": "key",
        }

    def test_it_stands_in_loops_and_conditions(self, runs: Runs) -> None:
        @dsl.pipeline
        def importing(names: list = ["a", "b"]):
            with dsl.ParallelFor(names) as name:
                with dsl.If(name == "b"):
                    data = dsl.importer(artifact_uri=name, artifact_class=dsl.Dataset)
                    told(data=data.output)

        ended = runs.succeed(importing)
        assert ended.output("for-loop-1[1]/condition-2/told")["uri"] == "b"

    def test_a_model_car_is_an_address_like_others(self, runs: Runs) -> None:
        @dsl.component
        def path(model: dsl.Input[dsl.Model]) -> str:
            return model.uri

        @dsl.pipeline
        def importing():
            model = dsl.importer(artifact_uri="oci://registry/model:1", artifact_class=dsl.Model)
            path(model=model.output)

        assert runs.succeed(importing).output("path") == "oci://registry/model:1"

    def test_what_another_run_made_is_read(self, runs: Runs) -> None:
        @dsl.component
        def make(data: dsl.Output[dsl.Dataset]):
            with open(data.path, "w") as file:
                file.write("made before")

        @dsl.component
        def content(data: dsl.Input[dsl.Dataset]) -> str:
            return open(data.path).read()

        @dsl.pipeline
        def making():
            make()

        @dsl.pipeline
        def importing(uri: str):
            data = dsl.importer(artifact_uri=uri, artifact_class=dsl.Dataset, reimport=True)
            content(data=data.output)

        made = runs.succeed(making).made("make", "data")[0]["uri"]
        assert runs.succeed(importing, uri=made).output("content") == "made before"
