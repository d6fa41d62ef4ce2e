"""Runs as a whole: listed, waited for, archived, deleted, begun of a version."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kfp import compiler, dsl

from tests.conformance.kfp.running import WITHIN_S, Runs, say


class TestRuns:
    @pytest.fixture
    def short(self) -> Any:
        @dsl.pipeline
        def short(text: str = "short"):
            say(text=text)

        return short

    def test_they_are_listed_with_the_latest_first(self, runs: Runs, short: Any) -> None:
        ids = [runs.run(short).id for _ in range(2)]
        listed = runs.client.list_runs(sort_by="created_at desc", page_size=2).runs
        assert [run.run_id for run in listed] == ids[::-1]

    def test_the_client_waits_for_the_end(self, runs: Runs, short: Any) -> None:
        run_id = runs.start(short)
        assert runs.client.wait_for_run_completion(run_id, timeout=WITHIN_S, sleep_duration=1).state == "SUCCEEDED"

    def test_one_is_archived_and_comes_back_and_is_deleted(
        self, runs: Runs, short: Any, refused: Callable[..., Any]
    ) -> None:
        run_id = runs.run(short).id
        runs.client.archive_run(run_id)
        assert runs.client.get_run(run_id).storage_state == "ARCHIVED"
        runs.client.unarchive_run(run_id)
        assert runs.client.get_run(run_id).storage_state == "AVAILABLE"
        runs.client.delete_run(run_id)
        assert refused(runs.client.get_run, run_id).status == 404

    def test_parameters_that_do_not_fit_are_refused_at_once(
        self, runs: Runs, short: Any, refused: Callable[..., Any]
    ) -> None:
        error = refused(runs.start, short, nonsense=1)
        assert error.status == 400
        assert "nonsense" in error.answer["message"]

    def test_a_version_of_a_pipeline_is_run(
        self, runs: Runs, short: Any, tmp_path: Path, unique: Callable[[str], str]
    ) -> None:
        package = tmp_path / "short.yaml"
        compiler.Compiler().compile(short, str(package))
        pipeline = runs.client.upload_pipeline(str(package), pipeline_name=unique("short"))
        version = runs.client.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions[0]
        experiment = runs.client.create_experiment(unique("experiment"))
        run = runs.client.run_pipeline(
            experiment.experiment_id,
            unique("run"),
            pipeline_id=pipeline.pipeline_id,
            version_id=version.pipeline_version_id,
            params={"text": "of a version"},
        )
        ended = runs.end(run.run_id)
        assert ended.output("say") == "of a version"
        assert runs.client.list_runs(experiment_id=experiment.experiment_id).total_size == 1
