"""What went into a run and what came out: datasets and models as inputs, models as outputs, model records."""

import json
from collections.abc import Callable
from typing import Any

import pytest

DATASET = {"name": "iris", "digest": "d1", "source_type": "local", "source": '{"uri": "iris.csv"}'}
CONTEXT = "mlflow.data.context"


def inputs_of(http: Any, run_id: str) -> dict[str, Any]:
    return http.get("runs/get", {"run_id": run_id}).ok()["run"]["inputs"]


def outputs_of(http: Any, run_id: str) -> list[dict[str, Any]]:
    return http.get("runs/get", {"run_id": run_id}).ok()["run"]["outputs"].get("model_outputs", [])


def log_datasets(http: Any, run_id: str, *inputs: Any) -> Any:
    return http.post("runs/log-inputs", {"run_id": run_id, "datasets": list(inputs)})


def tag(key: str, value: str) -> dict[str, str]:
    return {"key": key, "value": value}


# --- datasets as inputs


def test_a_fresh_run_has_empty_inputs_and_outputs(http: Any, run_id: str) -> None:
    run = http.get("runs/get", {"run_id": run_id}).ok()["run"]
    assert (run["inputs"], run["outputs"]) == ({}, {})


def test_a_dataset_comes_back_as_it_was_logged(http: Any, run_id: str) -> None:
    full = {**DATASET, "schema": '{"a": "long"}', "profile": '{"rows": 3}'}
    logged = {"tags": [tag(CONTEXT, "train"), tag("k", "v")], "dataset": full}
    assert log_datasets(http, run_id, logged).ok() == {}
    [found] = inputs_of(http, run_id)["dataset_inputs"]
    assert found["dataset"] == full
    assert sorted(found["tags"], key=lambda item: item["key"]) == [tag("k", "v"), tag(CONTEXT, "train")]


def test_what_a_dataset_does_not_say_is_left_out(http: Any, run_id: str) -> None:
    log_datasets(http, run_id, {"dataset": DATASET}).ok()
    assert inputs_of(http, run_id) == {"dataset_inputs": [{"dataset": DATASET}]}


def test_search_shows_the_datasets_of_a_run(http: Any, experiment_id: str, run_id: str) -> None:
    log_datasets(http, run_id, {"tags": [tag(CONTEXT, "train")], "dataset": DATASET}).ok()
    [run] = http.post("runs/search", {"experiment_ids": [experiment_id]}).ok()["runs"]
    assert run["inputs"]["dataset_inputs"] == [{"tags": [tag(CONTEXT, "train")], "dataset": DATASET}]


def test_the_tags_of_an_input_stand_in_the_order_of_their_keys(http: Any, run_id: str) -> None:
    tags = [{"key": key, "value": "v"} for key in ("z", "mlflow.data.context", "a", "B", "_")]
    http.post("runs/log-inputs", {"run_id": run_id, "datasets": [{"dataset": DATASET, "tags": tags}]}).ok()
    inputs = http.get("runs/get", {"run_id": run_id}).ok()["run"]["inputs"]["dataset_inputs"]
    assert [tag["key"] for tag in inputs[0]["tags"]] == ["B", "_", "a", "mlflow.data.context", "z"]


def test_repeating_a_dataset_changes_nothing(http: Any, run_id: str) -> None:
    first = {"tags": [tag(CONTEXT, "train")], "dataset": DATASET}
    log_datasets(http, run_id, first).ok()
    log_datasets(http, run_id, first).ok()
    log_datasets(http, run_id, {"tags": [tag(CONTEXT, "eval")], "dataset": {**DATASET, "source": "moved"}}).ok()
    assert inputs_of(http, run_id)["dataset_inputs"] == [first]


def test_the_same_dataset_twice_in_one_call_is_one(http: Any, run_id: str) -> None:
    log_datasets(http, run_id, {"dataset": DATASET}, {"dataset": DATASET}).ok()
    assert len(inputs_of(http, run_id)["dataset_inputs"]) == 1


def test_name_and_digest_together_tell_datasets_apart(http: Any, run_id: str) -> None:
    others = [DATASET, {**DATASET, "digest": "d2"}, {**DATASET, "name": "wine"}]
    log_datasets(http, run_id, *[{"dataset": dataset} for dataset in others]).ok()
    found = [item["dataset"] for item in inputs_of(http, run_id)["dataset_inputs"]]
    assert sorted((item["name"], item["digest"]) for item in found) == [("iris", "d1"), ("iris", "d2"), ("wine", "d1")]


def test_a_dataset_of_two_runs_keeps_the_tags_of_each(http: Any, new_run: Callable[..., str]) -> None:
    train, test = new_run(), new_run()
    log_datasets(http, train, {"tags": [tag(CONTEXT, "train")], "dataset": DATASET}).ok()
    log_datasets(http, test, {"tags": [tag(CONTEXT, "eval")], "dataset": DATASET}).ok()
    assert inputs_of(http, train)["dataset_inputs"][0]["tags"] == [tag(CONTEXT, "train")]
    assert inputs_of(http, test)["dataset_inputs"][0]["tags"] == [tag(CONTEXT, "eval")]


def test_an_experiment_keeps_the_first_description_of_a_dataset(http: Any, new_run: Callable[..., str]) -> None:
    first, second = new_run(), new_run()
    log_datasets(http, first, {"dataset": DATASET}).ok()
    log_datasets(http, second, {"dataset": {**DATASET, "source": "elsewhere"}}).ok()
    assert inputs_of(http, second)["dataset_inputs"] == [{"dataset": DATASET}]


def test_experiments_describe_datasets_each_for_themselves(
    http: Any, run_id: str, new_run: Callable[..., str], unique: Callable[[str], str]
) -> None:
    other = http.post("experiments/create", {"name": unique("other")}).ok()["experiment_id"]
    elsewhere = new_run(experiment_id=other)
    log_datasets(http, run_id, {"dataset": DATASET}).ok()
    log_datasets(http, elsewhere, {"dataset": {**DATASET, "source": "elsewhere"}}).ok()
    assert inputs_of(http, elsewhere)["dataset_inputs"][0]["dataset"]["source"] == "elsewhere"


def test_a_thousand_datasets_go_in_one_call(http: Any, run_id: str) -> None:
    log_datasets(http, run_id, *[{"dataset": {**DATASET, "digest": f"d{index}"}} for index in range(1_000)]).ok()
    assert len(inputs_of(http, run_id)["dataset_inputs"]) == 1_000


def test_nothing_to_log_is_fine(http: Any, run_id: str) -> None:
    assert log_datasets(http, run_id).ok() == {}
    assert http.post("runs/log-inputs", {"run_id": run_id}).ok() == {}
    assert inputs_of(http, run_id) == {}


LIMITS = {"name": 500, "digest": 36, "source": 65_535, "schema": 1_048_575}


@pytest.mark.parametrize(("field", "limit"), LIMITS.items(), ids=list(LIMITS))
def test_a_dataset_field_has_a_limit(http: Any, run_id: str, field: str, limit: int) -> None:
    log_datasets(http, run_id, {"dataset": {**DATASET, field: "x" * limit}}).ok()
    answer = log_datasets(http, run_id, {"dataset": {**DATASET, field: "x" * (limit + 1)}})
    answer.is_invalid(f"'{field}' exceeds the maximum length of {limit} characters")


@pytest.mark.parametrize(("field", "limit"), [("key", 255), ("value", 500)])
def test_a_tag_of_a_dataset_has_a_limit(http: Any, run_id: str, field: str, limit: int) -> None:
    fits = {**tag("k", "v"), field: "x" * limit}
    log_datasets(http, run_id, {"tags": [fits], "dataset": {**DATASET, "digest": "fits"}}).ok()
    too_long = {**fits, field: "x" * (limit + 1)}
    answer = log_datasets(http, run_id, {"tags": [too_long], "dataset": {**DATASET, "digest": "long"}})
    answer.is_invalid(f"'{field}' exceeds the maximum length of {limit} characters")


def test_one_bad_dataset_leaves_the_whole_call_undone(http: Any, run_id: str) -> None:
    log_datasets(http, run_id, {"dataset": DATASET}, {"dataset": {**DATASET, "name": "x" * 501}}).is_invalid()
    assert inputs_of(http, run_id) == {}


def test_inputs_need_a_living_run(http: Any, run_id: str) -> None:
    http.post("runs/log-inputs", {}).is_invalid("Missing value for required parameter 'run_id'")
    log_datasets(http, "nope", {"dataset": DATASET}).is_missing("Run with id=nope not found")
    http.post("runs/delete", {"run_id": run_id}).ok()
    log_datasets(http, run_id, {"dataset": DATASET}).is_invalid("must be in the 'active' state")


@pytest.mark.better_than_mlflow
def test_the_same_tag_twice_on_a_dataset_is_told_without_the_database(http: Any, run_id: str) -> None:
    answer = log_datasets(http, run_id, {"tags": [tag("k", "1"), tag("k", "2")], "dataset": DATASET})
    answer.is_invalid("k")
    assert "INSERT" not in answer.message


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("dataset", [{}, {"name": "x"}, {"digest": "d"}, {**DATASET, "name": ""}])
def test_a_dataset_without_name_or_digest_is_refused(http: Any, run_id: str, dataset: dict[str, str]) -> None:
    log_datasets(http, run_id, {"dataset": dataset}).is_invalid()


def test_the_client_logs_and_reads_datasets(client: Any, run_id: str) -> None:
    from_client = pytest.importorskip("mlflow.entities")
    dataset = from_client.Dataset(**DATASET, schema="s", profile="p")
    client.log_inputs(run_id, [from_client.DatasetInput(dataset, [from_client.InputTag(CONTEXT, "train")])])
    [found] = client.get_run(run_id).inputs.dataset_inputs
    assert dict(found.dataset) == {**DATASET, "schema": "s", "profile": "p"}
    assert [(item.key, item.value) for item in found.tags] == [(CONTEXT, "train")]


# --- the datasets of experiments, as the page asks for them


SUMMARIES = "/ajax-api/2.0/mlflow/experiments/search-datasets"


def test_the_page_lists_the_datasets_of_experiments(http: Any, experiment_id: str, new_run: Callable[..., str]) -> None:
    run_id = new_run()
    log_datasets(http, run_id, {"tags": [tag(CONTEXT, "train")], "dataset": DATASET}).ok()
    log_datasets(http, run_id, {"dataset": {**DATASET, "digest": "d2"}}).ok()
    found = http.post(SUMMARIES, {"experiment_ids": [experiment_id]}).ok()["dataset_summaries"]
    first = {"experiment_id": experiment_id, "name": "iris", "digest": "d1", "context": "train"}
    second = {"experiment_id": experiment_id, "name": "iris", "digest": "d2"}
    assert found == [first, second]


def test_a_dataset_used_in_two_ways_is_listed_for_each(http: Any, experiment_id: str, new_run: Any) -> None:
    for context in ("train", "eval", "train"):
        log_datasets(http, new_run(), {"tags": [tag(CONTEXT, context)], "dataset": DATASET}).ok()
    found = http.post(SUMMARIES, {"experiment_ids": [experiment_id]}).ok()["dataset_summaries"]
    assert sorted(item["context"] for item in found) == ["eval", "train"]


def test_experiments_without_datasets_list_none(http: Any, experiment_id: str) -> None:
    assert http.post(SUMMARIES, {"experiment_ids": [experiment_id]}).ok() == {}
    assert http.post(SUMMARIES, {"experiment_ids": ["987654321"]}).ok() == {}


def test_between_one_and_twenty_experiments_are_asked_for(http: Any, experiment_id: str) -> None:
    http.post(SUMMARIES, {}).is_invalid("must specify at least one experiment_id")
    http.post(SUMMARIES, {"experiment_ids": []}).is_invalid("must specify at least one experiment_id")
    http.post(SUMMARIES, {"experiment_ids": [experiment_id] * 20}).ok()
    many = http.post(SUMMARIES, {"experiment_ids": [experiment_id] * 21})
    many.is_invalid("cannot specify more than 20 experiment_ids")
    http.post(SUMMARIES, {"experiment_ids": ["abc"]}).is_invalid("Invalid experiment ID 'abc'")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("prefix", ["/api/2.0mlflow", "/ajax-api/2.0mlflow", "/api/2.0/mlflow"])
def test_every_spelling_of_the_dataset_list_answers(http: Any, experiment_id: str, run_id: str, prefix: str) -> None:
    log_datasets(http, run_id, {"dataset": DATASET}).ok()
    found = http.post(f"{prefix}/experiments/search-datasets", {"experiment_ids": [experiment_id]}).ok()
    assert found["dataset_summaries"] == [{"experiment_id": experiment_id, "name": "iris", "digest": "d1"}]


# --- models as inputs


def test_models_are_inputs_once_each(http: Any, run_id: str) -> None:
    models = [{"model_id": "m-b"}, {"model_id": "m-a"}, {"model_id": "m-a"}]
    for _ in range(2):
        assert http.post("runs/log-inputs", {"run_id": run_id, "models": models}).ok() == {}
    assert inputs_of(http, run_id) == {"model_inputs": [{"model_id": "m-a"}, {"model_id": "m-b"}]}


def test_a_run_takes_datasets_and_models_in_one_call(http: Any, run_id: str) -> None:
    body = {"run_id": run_id, "datasets": [{"dataset": DATASET}], "models": [{"model_id": "m-1"}]}
    http.post("runs/log-inputs", body).ok()
    expected = {"dataset_inputs": [{"dataset": DATASET}], "model_inputs": [{"model_id": "m-1"}]}
    assert inputs_of(http, run_id) == expected


@pytest.mark.better_than_mlflow
def test_search_shows_the_model_inputs_too(http: Any, experiment_id: str, run_id: str) -> None:
    http.post("runs/log-inputs", {"run_id": run_id, "models": [{"model_id": "m-1"}]}).ok()
    [run] = http.post("runs/search", {"experiment_ids": [experiment_id]}).ok()["runs"]
    assert run["inputs"]["model_inputs"] == [{"model_id": "m-1"}]


# --- models as outputs


def test_outputs_come_back_with_their_steps(http: Any, experiment_id: str, run_id: str) -> None:
    models = [{"model_id": "m-2", "step": 7}, {"model_id": "m-1", "step": "5"}, {"model_id": "m-3"}]
    assert http.post("runs/outputs", {"run_id": run_id, "models": models}).ok() == {}
    expected = [{"model_id": "m-1", "step": 5}, {"model_id": "m-2", "step": 7}, {"model_id": "m-3", "step": 0}]
    assert outputs_of(http, run_id) == expected
    [run] = http.post("runs/search", {"experiment_ids": [experiment_id]}).ok()["runs"]
    assert run["outputs"]["model_outputs"] == expected


@pytest.mark.parametrize("step", [-1, 0, 2**53])
def test_a_step_may_be_any_whole_number(http: Any, run_id: str, step: int) -> None:
    http.post("runs/outputs", {"run_id": run_id, "models": [{"model_id": "m-1", "step": step}]}).ok()
    assert outputs_of(http, run_id) == [{"model_id": "m-1", "step": step}]


def test_outputs_need_a_living_run_and_a_list(http: Any, run_id: str) -> None:
    models = [{"model_id": "m-1", "step": 1}]
    http.post("runs/outputs", {"models": models}).is_invalid("Missing value for required parameter 'run_id'")
    http.post("runs/outputs", {"run_id": run_id}).is_invalid("Missing value for required parameter 'models'")
    http.post("runs/outputs", {"run_id": run_id, "models": "x"}).is_invalid("parameter 'models'")
    assert http.post("runs/outputs", {"run_id": run_id, "models": []}).ok() == {}
    http.post("runs/outputs", {"run_id": "nope", "models": models}).is_missing("Run with id=nope not found")
    http.post("runs/delete", {"run_id": run_id}).ok()
    http.post("runs/outputs", {"run_id": run_id, "models": models}).is_invalid("must be in the 'active' state")


@pytest.mark.better_than_mlflow
def test_repeating_outputs_is_harmless(http: Any, run_id: str) -> None:
    body = {"run_id": run_id, "models": [{"model_id": "m-1", "step": 3}]}
    for _ in range(2):
        http.post("runs/outputs", body).ok()
    assert outputs_of(http, run_id) == [{"model_id": "m-1", "step": 3}]


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("step", ["abc", 1.5, 2**63])
def test_a_step_that_is_no_number_is_refused(http: Any, run_id: str, step: Any) -> None:
    http.post("runs/outputs", {"run_id": run_id, "models": [{"model_id": "m-1", "step": step}]}).is_invalid("step")
    assert outputs_of(http, run_id) == []


def test_the_client_logs_and_reads_outputs(client: Any, client_version: tuple[int, int], run_id: str) -> None:
    if client_version < (3, 0):
        pytest.skip("outputs are known to clients from 3.0 on")
    entities = pytest.importorskip("mlflow.entities")
    client.log_outputs(run_id, [entities.LoggedModelOutput("m-1", step=2)])
    client.log_inputs(run_id, models=[entities.LoggedModelInput("m-0")])
    run = client.get_run(run_id)
    assert [(model.model_id, model.step) for model in run.outputs.model_outputs] == [("m-1", 2)]
    assert [model.model_id for model in run.inputs.model_inputs] == ["m-0"]


# --- log-model, as older clients record what they saved


def model_record(run_id: str, path: str = "model", **fields: Any) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "artifact_path": path,
        "utc_time_created": "2024-01-01 00:00:00.000000",
        "model_uuid": "f" * 32,
        "flavors": {"python_function": {"loader_module": "mlflow.sklearn"}},
        **fields,
    }


def history(http: Any, run_id: str) -> list[dict[str, Any]]:
    tags = http.get("runs/get", {"run_id": run_id}).ok()["run"]["data"]["tags"]
    [found] = [item["value"] for item in tags if item["key"] == "mlflow.log-model.history"]
    return json.loads(found)


def test_models_are_recorded_in_the_history_tag(http: Any, run_id: str) -> None:
    first, second = model_record(run_id), model_record(run_id, "other")
    for record in (first, second, first):
        answer = http.post("runs/log-model", {"run_id": run_id, "model_json": json.dumps(record)})
        assert answer.ok() == {}
    assert history(http, run_id) == [first, second, first]


@pytest.mark.parametrize("field", ["run_id", "artifact_path", "utc_time_created", "flavors"])
def test_a_model_record_without_a_field_is_refused(http: Any, run_id: str, field: str) -> None:
    record = model_record(run_id)
    del record[field]
    answer = http.post("runs/log-model", {"run_id": run_id, "model_json": json.dumps(record)})
    answer.is_invalid("Model json is missing mandatory fields", field)


def test_a_model_record_must_be_json(http: Any, run_id: str) -> None:
    http.post("runs/log-model", {"run_id": run_id, "model_json": "no"}).is_invalid("Malformed model info", "valid JSON")
    missing = "Missing value for required parameter 'model_json'"
    http.post("runs/log-model", {"run_id": run_id, "model_json": ""}).is_invalid(missing)
    http.post("runs/log-model", {"run_id": run_id}).is_invalid(missing)


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("record", ["[]", "1", '"text"', "null"])
def test_a_model_record_must_be_an_object(http: Any, run_id: str, record: str) -> None:
    http.post("runs/log-model", {"run_id": run_id, "model_json": record}).is_invalid()


def test_a_model_record_needs_a_run(http: Any) -> None:
    record = json.dumps(model_record("nope"))
    http.post("runs/log-model", {"model_json": record}).is_invalid("Missing value for required parameter 'run_id'")
    http.post("runs/log-model", {"run_id": "nope", "model_json": record}).is_missing("Run with id=nope not found")
