"""Placeholders become what they stand for, in constants with its type, and what is put in is never read again."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidemill.pipelines.ir.placeholders import Scope, TaskScope, fill, fill_constant, fill_value, fill_words
from tidemill.pipelines.ir.scope import path_of

INPUT: Any = {
    "inputs": {
        "parameterValues": {
            "n": 3,
            "f": 2.0,
            "t": "it is",
            "b": True,
            "l": [1, "a"],
            "d": {"k": {"z": [7]}},
            "none": None,
        },
        "artifacts": {
            "data": {
                "artifacts": [
                    {"name": "one", "uri": "s3://b/one", "type": {}, "metadata": {"rows": 4.0, "tags": ["x"]}},
                    {"name": "two", "uri": "/work/two", "customPath": "/my/two", "metadata": {}},
                ]
            },
            "empty": {"artifacts": []},
        },
    },
    "outputs": {
        "parameters": {"score": {"outputFile": "/work/score"}},
        "artifacts": {"model": {"artifacts": [{"name": "model", "uri": "/work/model", "metadata": {}}]}},
        "outputFile": "/work/out.json",
    },
}
SCOPE = TaskScope(
    INPUT,
    job_name="daily",
    job_resource_name="daily-x7",
    job_uuid="u-1",
    job_create_ms=1_700_000_000_123,
    task_name="fit",
    task_uuid="u-2",
    pipeline_root="s3://root",
)


@pytest.mark.parametrize(
    ("placeholder", "expected"),
    [
        ("inputs.parameters['n']", "3"),
        ('inputs.parameters["n"]', "3"),
        ("inputs.parameters['f']", "2"),
        ("inputs.parameters['t']", "it is"),
        ("inputs.parameters['b']", "true"),
        ("inputs.parameters['l']", '[1,"a"]'),
        ("inputs.parameters['d']", '{"k":{"z":[7]}}'),
        ("inputs.parameters['d']['k']['z'][0]", "7"),
        ("inputs.parameters['none']", ""),
        ("inputs.artifacts['data'].uri", "s3://b/one"),
        ("inputs.artifacts['data'].path", "/s3/b/one"),
        ("inputs.artifacts['data'].name", "one"),
        ("inputs.artifacts['data'].metadata", '{"rows":4,"tags":["x"]}'),
        ("inputs.artifacts['data'].metadata['rows']", "4"),
        ("inputs.artifacts['data'].metadata['tags'][0]", "x"),
        ("inputs.artifacts['data'][1].path", "/my/two"),
        ("inputs.artifacts['data'][1].uri", "/work/two"),
        ("outputs.parameters['score'].output_file", "/work/score"),
        ("outputs.artifacts['model'].uri", "/work/model"),
        ("outputs.artifacts['model'].path", "/work/model"),
        ("outputs.output_file", "/work/out.json"),
        ("pipeline_job_name", "daily"),
        ("pipeline_job_resource_name", "daily-x7"),
        ("pipeline_job_uuid", "u-1"),
        ("pipeline_job_create_time_utc", "2023-11-14T22:13:20Z"),
        ("pipeline_job_schedule_time_utc", "2023-11-14T22:13:20Z"),
        ("pipeline_task_name", "fit"),
        ("pipeline_task_uuid", "u-2"),
        ("pipeline_root", "s3://root"),
    ],
)
def test_a_placeholder_becomes_what_it_stands_for(placeholder: str, expected: str) -> None:
    text = "{{$." + placeholder + "}}"
    assert fill(text, SCOPE) == expected
    assert fill(f"a {text}-{text} z", SCOPE) == f"a {expected}-{expected} z"


@pytest.mark.parametrize(
    "path",
    [
        ".inputs.parameters['absent']",
        ".inputs.parameters['d']['absent']",
        ".inputs.artifacts['absent'].uri",
        ".inputs.artifacts['empty'].uri",
        ".inputs.artifacts['data'][2].uri",
        ".inputs.artifacts['data'].absent",
        ".inputs.artifacts['data'].metadata['absent']",
        ".outputs.parameters['absent'].output_file",
        ".outputs.parameters['score']",
        ".workspace_path",
        ".json_escape[9]",
        ".no_such_thing",
        ". inputs",
        "x",
    ],
)
def test_a_placeholder_without_a_value_stays_as_it_is(path: str) -> None:
    text = "{{$" + path + "}}"
    assert fill(f"a {text}", SCOPE) == f"a {text}"
    assert fill_value(text, SCOPE) == text


def test_the_whole_input_is_put_in_as_json() -> None:
    whole = fill("{{$}}", SCOPE)
    assert json.loads(whole)["inputs"]["parameterValues"]["n"] == 3
    assert '"f":2,' in whole
    assert fill("{{$.json_escape[0]}}", SCOPE) == whole
    assert json.loads('"' + fill("{{$.json_escape[1]}}", SCOPE) + '"') == whole


def test_a_list_of_artifacts_is_put_in_as_json() -> None:
    found = json.loads(fill("{{$.inputs.artifacts['data']}}", SCOPE))
    assert [each["name"] for each in found] == ["one", "two"]


def test_the_workspace_is_known_where_there_is_one() -> None:
    scope = TaskScope(INPUT, workspace_path="/workspace", job_schedule_ms=0)
    assert fill("{{$.workspace_path}}/x", scope) == "/workspace/x"
    assert fill("{{$.pipeline_job_schedule_time_utc}}", scope) == "1970-01-01T00:00:00Z"


def test_a_constant_takes_the_value_with_its_type() -> None:
    inputs = {"n": 3, "l": [1, 2]}
    constant = ["{{$.inputs.parameters['n']}}", {"{{$.inputs.parameters['n']}}": "{{$.inputs.parameters['l']}}"}, 1.0]
    assert repr(fill_constant(constant, inputs)) == repr([3, {"3": [1, 2]}, 1])
    assert fill_constant("n={{$.inputs.parameters['n']}}", inputs) == "n=3"


def test_a_constant_is_filled_before_a_task_has_places() -> None:
    text = "{{$.pipeline_job_name}} {{$.outputs.output_file}} {{$}}"
    assert fill_constant(text, {}) == text
    assert fill_constant(text, {}, {"pipeline_job_name": "daily"}) == "daily {{$.outputs.output_file}} {{$}}"


def test_a_value_that_looks_like_a_placeholder_is_not_read_again() -> None:
    sly = "{{$.inputs.parameters['secret']}}"
    assert fill("{{$.inputs.parameters['x']}}", Scope({"x": sly, "secret": "s"})) == sly


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ('{"Concat": ["--n=", "{{$.inputs.parameters[\'n\']}}"]}', ["--n=3"]),
        ('{"IfPresent": {"InputName": "n", "Then": ["--n", "{{$.inputs.parameters[\'n\']}}"]}}', ["--n", "3"]),
        ('{"IfPresent": {"InputName": "data", "Then": "yes", "Else": "no"}}', ["yes"]),
        ('{"IfPresent": {"InputName": "empty", "Then": "yes", "Else": ["no", "no"]}}', ["no", "no"]),
        ('{"IfPresent": {"InputName": "none", "Then": "yes"}}', []),
        ('{"Concat": ["a", {"IfPresent": {"InputName": "x", "Then": "b"}}, {"Concat": ["c"]}]}', ["ac"]),
        ('{"IfPresent": {"InputName": "n", "Then": {"Concat": ["a", "b"]}}}', ["ab"]),
        ('{"Concat": "no list"}', ['{"Concat": "no list"}']),
        ('{"Concat": [1]}', ['{"Concat": [1]}']),
        ('{"Concat": ["a"], "b": 1}', ['{"Concat": ["a"], "b": 1}']),
        ('{"IfPresent": ', ['{"IfPresent": ']),
        ('{"Concat": ' + "[" * 5000, ['{"Concat": ' + "[" * 5000]),
        ("plain {{$.pipeline_task_name}}", ["plain fit"]),
    ],
)
def test_words_of_a_command_may_become_none_or_many(word: str, expected: list[str]) -> None:
    assert fill_words(["first", word, "last"], SCOPE) == ["first", *expected, "last"]


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("gs://bucket/a", "/gcs/bucket/a"),
        ("minio://b/a", "/minio/b/a"),
        ("oci://registry/model:1", "/oci/registry_model:1/models"),
        ("/local/x", "/local/x"),
        ("file:///local/x", "/local/x"),
    ],
)
def test_a_path_is_where_kfp_expects_it(uri: str, path: str) -> None:
    assert path_of({"uri": uri}) == path


@given(st.text("{}$.inputs['n]\"0", max_size=40))
def test_any_text_can_be_filled(text: str) -> None:
    assert isinstance(fill(text, SCOPE), str)
    assert isinstance(fill_words([text], SCOPE), list)
