"""Every placeholder that a pipeline may use, as a constant, in arguments and in metadata."""

import datetime

from kfp import dsl

from tests.conformance.kfp.running import Runs, say


@dsl.component
def told(values: dict) -> dict:
    return values


class TestNames:
    def test_of_the_run_and_its_tasks(self, runs: Runs) -> None:
        @dsl.pipeline
        def names():
            told(
                values={
                    "job": dsl.PIPELINE_JOB_NAME_PLACEHOLDER,
                    "resource": dsl.PIPELINE_JOB_RESOURCE_NAME_PLACEHOLDER,
                    "uuid": dsl.PIPELINE_JOB_ID_PLACEHOLDER,
                    "task": dsl.PIPELINE_TASK_NAME_PLACEHOLDER,
                    "task_uuid": dsl.PIPELINE_TASK_ID_PLACEHOLDER,
                    "created": dsl.PIPELINE_JOB_CREATE_TIME_UTC_PLACEHOLDER,
                    "scheduled": dsl.PIPELINE_JOB_SCHEDULE_TIME_UTC_PLACEHOLDER,
                    "root": dsl.PIPELINE_ROOT_PLACEHOLDER,
                }
            )
            say(text=dsl.PIPELINE_JOB_ID_PLACEHOLDER)
            say(text=f"{dsl.PIPELINE_JOB_NAME_PLACEHOLDER} is {dsl.PIPELINE_TASK_NAME_PLACEHOLDER}")

        ended = runs.succeed(names)
        values = ended.output("told")
        assert values["job"] == values["resource"] == ended.answer["name"]
        assert values["uuid"] == ended.output("say") == ended.id
        assert (values["task"], values["task_uuid"]) == ("told", ended.tasks["told"]["id"])
        created = datetime.datetime.fromisoformat(values["created"])
        assert abs(created.timestamp() - ended.answer["created_ms"] / 1000) < 1
        assert values["scheduled"]
        assert "{{" not in values["root"]
        assert ended.output("say-2") == f"{ended.answer['name']} is say-2"

    def test_a_task_with_the_id_of_its_run_is_never_taken_for_another(self, runs: Runs) -> None:
        @dsl.pipeline
        def mine():
            say(text=dsl.PIPELINE_JOB_ID_PLACEHOLDER)

        first, second = runs.succeed(mine), runs.succeed(mine)
        assert (first.output("say"), second.output("say")) == (first.id, second.id)


class TestVariables:
    def test_of_the_environment(self, runs: Runs) -> None:
        @dsl.component
        def environment() -> dict:
            import os

            return {name: os.environ[name] for name in ("PLAIN", "JOB", "GIVEN")}

        @dsl.pipeline
        def variables(text: str):
            task = environment()
            task.set_env_variable("PLAIN", "a value")
            task.set_env_variable("JOB", dsl.PIPELINE_JOB_ID_PLACEHOLDER)
            task.set_env_variable("GIVEN", f"{dsl.PIPELINE_TASK_NAME_PLACEHOLDER}!")

        ended = runs.succeed(variables, text="from outside")
        assert ended.output("environment") == {"PLAIN": "a value", "JOB": ended.id, "GIVEN": "environment!"}

    def test_steps_know_where_to_track(self, runs: Runs, uri: str) -> None:
        @dsl.component
        def where() -> dict:
            import os

            return {key: os.environ.get(key, "") for key in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_ID")}

        @dsl.pipeline
        def tracking():
            where().set_caching_options(False)

        values = runs.succeed(tracking).output("where")
        assert values["MLFLOW_TRACKING_URI"].startswith("http")
        assert values["MLFLOW_EXPERIMENT_ID"]
