"""Multipart uploads and presigned addresses: what a store that has none of them answers, and how clients fall back."""

import hashlib
import os
from pathlib import Path
from typing import Any

import mlflow
import pytest

PROXY = "/api/2.0/mlflow-artifacts"
BODIES: dict[str, dict[str, Any]] = {
    "create": {"path": "f.bin", "num_parts": 2},
    "complete": {"path": "f.bin", "upload_id": "u", "parts": [{"part_number": 1, "etag": "x", "url": "http://x"}]},
    "abort": {"path": "f.bin", "upload_id": "u"},
}
FALL_BACK = "Multipart upload is not supported for the current artifact repository"


@pytest.fixture
def below(http: Any, experiment_id: str, run_id: str) -> str:
    """The folder of a fresh run on a server whose store has no multipart uploads; others are skipped."""
    info = http.get("/api/3.0/mlflow/server-info").ok()
    if info["multipart_uploads_enabled"] or info["multipart_downloads_enabled"]:
        pytest.skip("this server's store takes parts")
    return f"{experiment_id}/{run_id}/artifacts"


@pytest.mark.parametrize("verb", list(BODIES))
def test_a_local_store_says_so_in_the_words_clients_look_for(http: Any, below: str, verb: str) -> None:
    http.post(f"{PROXY}/mpu/{verb}/{below}", BODIES[verb]).fails(501, "NOT_IMPLEMENTED", FALL_BACK)
    ajax = f"/ajax-api/2.0/mlflow-artifacts/mpu/{verb}/{below}"
    http.post(ajax, BODIES[verb]).fails(501, "NOT_IMPLEMENTED", FALL_BACK)


def test_the_words_come_first_in_the_message(http: Any, below: str) -> None:
    assert http.post(f"{PROXY}/mpu/create/{below}", BODIES["create"]).message.startswith(FALL_BACK)


@pytest.mark.parametrize("verb", list(BODIES))
def test_multipart_calls_need_a_path(http: Any, below: str, verb: str) -> None:
    http.post(f"{PROXY}/mpu/{verb}/{below}", {}).is_invalid("Missing value for required parameter 'path'")
    assert http.post(f"{PROXY}/mpu/{verb}", BODIES[verb]).status == 404
    assert http.get(f"{PROXY}/mpu/{verb}/{below}").status == 405


def test_parts_are_required_and_counted(http: Any, below: str) -> None:
    no_parts = http.post(f"{PROXY}/mpu/complete/{below}", {"path": "f", "upload_id": "u"})
    no_parts.is_invalid("Missing value for required parameter 'parts'")
    two = http.post(f"{PROXY}/mpu/create/{below}", {"path": "f", "num_parts": "two"})
    two.is_invalid("parameter 'num_parts'")


def test_a_presigned_download_is_refused_by_a_local_store(http: Any, below: str) -> None:
    words = "Multipart download is not supported for the current artifact repository"
    for path in (f"{below}/a.txt", f"{below}/none"):
        http.get(f"{PROXY}/presigned/{path}").fails(501, "NOT_IMPLEMENTED", words)
    http.get(f"{PROXY}/presigned/%2e%2e/x").is_invalid("Invalid path")


def test_presigned_addresses_of_runs_need_direct_storage(
    http: Any, below: str, run_id: str, experiment_id: str
) -> None:
    for verb in ("download", "upload"):
        answer = http.post(f"artifacts/presigned-{verb}-url", {"run_id": run_id, "path": "a.txt"})
        answer.is_invalid(f"Presigned {verb} is not supported for", "mlflow-artifacts")
    body = {"experiment_id": experiment_id, "name": "m"}
    model_id = http.post("logged-models", body).ok()["model"]["info"]["model_id"]
    answer = http.post("artifacts/presigned-upload-url", {"model_id": model_id, "path": "a.txt"})
    answer.is_invalid("Presigned upload is not supported for")


@pytest.mark.parametrize("verb", ["download", "upload"])
def test_presigned_addresses_say_what_is_wrong_first(http: Any, run_id: str, verb: str) -> None:
    path = f"artifacts/presigned-{verb}-url"
    http.post(path, {"run_id": run_id}).is_invalid("Missing value for required parameter 'path'")
    http.post(path, {"run_id": "nope", "path": "a"}).is_missing("Run with id=nope not found")
    http.post(path, {"run_id": run_id, "path": "../a"}).is_invalid("Invalid path")


def test_a_presigned_upload_is_for_a_run_or_a_model(http: Any, run_id: str) -> None:
    one = "Exactly one of run_id and model_id must be provided."
    path = "artifacts/presigned-upload-url"
    http.post(path, {"path": "a"}).is_invalid(one)
    http.post(path, {"path": "a", "run_id": run_id, "model_id": "m-x"}).is_invalid(one)
    http.post(path, {"path": "a", "model_id": "m-x"}).is_missing("Logged model with ID 'm-x' not found.")


@pytest.mark.parametrize("expiration", [-1, 0, 604_801])
def test_a_presigned_download_lives_a_week_at_most(http: Any, run_id: str, expiration: int) -> None:
    body = {"run_id": run_id, "path": "a", "expiration": expiration}
    answer = http.post("artifacts/presigned-download-url", body)
    answer.is_invalid("expiration must be between 1 and 604800 seconds")


@pytest.fixture(params=[None, "true", "false"])
def parts_wanted(request: pytest.FixtureRequest, uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client told to use parts, told not to, or left to find out; parts begin at 1 MiB."""
    mlflow.set_tracking_uri(uri)
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", str(1 << 20))
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", str(5 << 20))
    if request.param is not None:
        monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", request.param)
        monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD", request.param)


@pytest.mark.usefixtures("parts_wanted")
def test_the_client_ends_with_the_whole_file_stored(client: Any, run_id: str, tmp_path: Path) -> None:
    file = tmp_path / "large.bin"
    file.write_bytes(os.urandom(11 << 20))
    client.log_artifact(run_id, str(file), "in")
    (tmp_path / "back").mkdir()
    back = Path(client.download_artifacts(run_id, "in/large.bin", str(tmp_path / "back")))
    assert hashlib.sha256(back.read_bytes()).digest() == hashlib.sha256(file.read_bytes()).digest()
    assert [found.file_size for found in client.list_artifacts(run_id, "in")] == [11 << 20]
