"""How Kubeflow's messages are read: as protobuf's JSON is."""

from typing import Any

import msgspec
import pytest

from tidemill.kit.errors import (
    AlreadyExistsError,
    ConflictError,
    InvalidError,
    NotFoundError,
    TidemillError,
    UnavailableError,
)
from tidemill.protocols.kfp.form import KFP
from tidemill.protocols.kfp.pipelines import ChangePipeline, CreateWithVersion, DeletePipeline
from tidemill.protocols.kfp.runs import ListRuns, RunIn


def run(**sent: Any) -> RunIn:
    return KFP.decode(RunIn, msgspec.json.encode(sent), {})


def test_names_come_in_snake_and_in_camel_case_at_every_depth() -> None:
    snake = run(
        display_name="a", runtime_config={"pipeline_root": "r"}, pipeline_version_reference={"pipeline_id": "p"}
    )
    camel = run(displayName="a", runtimeConfig={"pipelineRoot": "r"}, pipelineVersionReference={"pipelineId": "p"})
    assert snake == camel
    assert (camel.runtime_config.pipeline_root, camel.pipeline_version_reference.pipeline_id) == ("r", "p")


def test_null_is_absent_and_what_is_unknown_is_left_aside() -> None:
    assert run(display_name=None, runtime_config=None, run_details={"x": 1}, pipeline_spec=None) == RunIn()


def test_what_is_no_message_of_ours_stays_as_it_is() -> None:
    parameters = {"displayName": None, "n": 2, "x": 2.5, "deep": {"runtimeConfig": [None]}}
    spec = {"pipelineInfo": {"name": "p"}, "nothing": None}
    told = run(runtime_config={"parameters": parameters}, pipeline_spec=spec)
    assert (told.runtime_config.parameters, told.pipeline_spec) == (parameters, spec)
    assert isinstance(told.runtime_config.parameters["n"], int)


def test_messages_within_messages_are_read() -> None:
    body = {
        "pipeline": {"displayName": "P"},
        "pipelineVersion": {"packageUrl": {"pipelineUrl": "u"}, "tags": {"a": "b"}},
    }
    told = KFP.decode(CreateWithVersion, msgspec.json.encode(body), {})
    assert told.pipeline.display_name == "P"
    assert (told.pipeline_version.package_url.pipeline_url, told.pipeline_version.tags) == ("u", {"a": "b"})


def test_a_query_is_read_with_numbers_and_truths_as_text() -> None:
    asked = KFP.decode(ListRuns, b"", {"pageSize": "7", "sort_by": "name", "page_token": ""})
    assert (asked.page_size, asked.sort_by) == (7, "name")
    for text, wanted in (("True", True), ("true", True), ("1", True), ("false", False)):
        assert KFP.decode(DeletePipeline, b"", {"pipeline_id": "p", "cascade": text}).cascade is wanted


def test_the_address_wins_over_the_body() -> None:
    told = KFP.decode(ChangePipeline, b'{"pipeline_id": "body", "description": ""}', {"pipeline_id": "path"})
    assert (told.pipeline_id, told.description, told.display_name) == ("path", "", None)


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b'{"display_name": 5}', b'{"runtime_config": "x"}', b"\xff"])
def test_what_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidError):
        KFP.decode(RunIn, body, {})


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidError("x"), 400, 3),
        (NotFoundError("x"), 404, 5),
        (AlreadyExistsError("x"), 409, 6),
        (ConflictError("x"), 400, 9),
        (UnavailableError("x"), 503, 14),
        (TidemillError("x"), 500, 13),
    ],
)
def test_an_error_has_its_grpc_code_and_the_status_of_it(error: TidemillError, status: int, code: int) -> None:
    reply = KFP.error(error)
    told = msgspec.json.decode(reply.body)
    assert (reply.status, told["code"], told["details"][0]["code"]) == (status, code, code)


def test_an_error_tells_the_way_out() -> None:
    told = msgspec.json.decode(KFP.error(InvalidError("wrong", hint="do it right")).body)
    assert told["message"] == told["error"] == "wrong\nhint: do it right"
