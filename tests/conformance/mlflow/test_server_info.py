"""What a client asks a server about itself."""

import re
from typing import Any

import mlflow
import pytest

SERVER_INFO = "/api/3.0/mlflow/server-info"


def test_health_is_a_plain_ok(http: Any) -> None:
    answer = http.get("/health")
    assert (answer.status, answer.text) == (200, "OK")


def test_the_version_is_bare_and_one_that_clients_can_compare(http: Any) -> None:
    answer = http.get("/version")
    assert answer.status == 200
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", answer.text)
    assert int(answer.text.split(".")[0]) >= 3


@pytest.mark.parametrize("path", [SERVER_INFO, "/ajax-api/3.0/mlflow/server-info"])
def test_server_info_answers_every_question_a_client_asks(http: Any, path: str) -> None:
    info = http.get(path).ok()
    assert info["store_type"] == "SqlStore"
    flags = (
        "workspaces_enabled",
        "trace_archival_enabled",
        "multipart_uploads_enabled",
        "multipart_downloads_enabled",
        "presigned_upload_run_id_supported",
        "presigned_upload_model_id_supported",
    )
    assert all(isinstance(info[flag], bool) for flag in flags)
    assert isinstance(info["features_enabled"], dict)


def test_what_server_info_promises_of_multipart_is_kept(http: Any, run_id: str, experiment_id: str) -> None:
    info = http.get(SERVER_INFO).ok()
    below = f"{experiment_id}/{run_id}/artifacts"
    create = http.post(f"/api/2.0/mlflow-artifacts/mpu/create/{below}", {"path": "f.bin", "num_parts": 1})
    assert (create.status == 200) is info["multipart_uploads_enabled"]
    http.send("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{below}/f.bin", data=b"x").ok()
    presigned = http.get(f"/api/2.0/mlflow-artifacts/presigned/{below}/f.bin")
    assert (presigned.status == 200) is info["multipart_downloads_enabled"]


def test_unknown_routes_are_missing_and_wrong_methods_refused(http: Any) -> None:
    assert http.get("/api/2.0/mlflow/no-such-thing").status == 404
    assert http.get("/api/3.0/mlflow/runs/create").status == 404
    assert http.get("/api/2.0/mlflow/runs/create").status == 405
    assert http.post("/api/2.0/mlflow/runs/get").status == 405


def test_answers_cannot_be_sniffed_or_framed(http: Any) -> None:
    headers = http.get("/health").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_client_can_tell_an_unknown_route_from_an_unknown_thing(uri: str) -> None:
    """Clients try newer routes first and fall back on this code; a missing thing must not look like it."""
    rest_utils = pytest.importorskip("mlflow.utils.rest_utils")
    creds = rest_utils.MlflowHostCreds(uri)
    codes = []
    for endpoint in ("/api/2.0/mlflow/no-such-thing", "/api/2.0/mlflow/runs/get?run_id=nope"):
        response = rest_utils.http_request(creds, endpoint, "GET", raise_on_status=False)
        with pytest.raises(mlflow.exceptions.MlflowException) as caught:
            rest_utils.verify_rest_response(response, endpoint)
        codes.append(caught.value.error_code)
    assert codes == ["ENDPOINT_NOT_FOUND", "RESOURCE_DOES_NOT_EXIST"]


def test_the_client_finds_the_version_of_the_server(uri: str, client_version: tuple[int, int]) -> None:
    if client_version < (3, 4):
        pytest.skip("older clients do not ask for the version")
    rest_store = pytest.importorskip("mlflow.store.tracking.rest_store")
    creds = pytest.importorskip("mlflow.utils.rest_utils").MlflowHostCreds(uri)
    assert rest_store.RestStore._get_server_version(creds).major >= 3  # noqa: SLF001 - the client's own probe


def test_printed_links_lead_to_the_page(uri: str, http: Any) -> None:
    assert mlflow.__version__
    answer = http.get("/")
    assert answer.status == 200
    assert "text/html" in answer.headers["Content-Type"]
