"""What the client asks first, and how it is told of errors."""

from collections.abc import Callable
from typing import Any

from kfp_server_api import ApiClient, Configuration


def test_the_client_can_be_made_without_a_namespace(client: Any) -> None:
    assert client.get_user_namespace() == ""


def test_the_server_is_healthy_and_asks_for_no_namespaces(client: Any) -> None:
    answer = client.get_kfp_healthz()
    assert (answer.multi_user, answer.pipeline_store) == (False, "database")


def test_who_may_come_here_is_authorized(client: Any, refused: Callable[..., Any]) -> None:
    assert client.auths.auth_service_authorize(namespace="default", resources="VIEWERS", verb="GET") == {}
    assert refused(client.auths.auth_service_authorize, namespace="elsewhere").status == 400


def test_an_error_is_a_google_rpc_status(client: Any, refused: Callable[..., Any]) -> None:
    error = refused(client.get_pipeline, "nothing")
    assert error.status == 404
    assert error.answer["code"] == 5
    assert "'nothing'" in error.answer["message"]
    assert error.answer["error"] == error.answer["message"]
    assert error.answer["details"][0]["@type"] == "type.googleapis.com/google.rpc.Status"


def test_an_address_that_is_none_is_told_in_the_same_way(uri: str, refused: Callable[..., Any]) -> None:
    api = ApiClient(Configuration(host=uri))
    error = refused(api.call_api, "/apis/v2beta1/nonsense", "GET", response_type="object", auth_settings=[])
    assert error.status == 404
    assert error.answer["code"] == 5
