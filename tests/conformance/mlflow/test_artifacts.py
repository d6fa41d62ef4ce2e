"""Artifacts of a run: the list, the client's uploads and downloads, and the page's own routes."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
import pytest
import requests

UPLOAD = "/ajax-api/2.0/mlflow/upload-artifact"


@pytest.fixture(autouse=True)
def addressed(uri: str) -> None:
    """``mlflow.artifacts`` and the client's repositories read the global address."""
    mlflow.set_tracking_uri(uri)


@pytest.fixture
def put(http: Any, experiment_id: str, run_id: str) -> Callable[[str, bytes], None]:
    """Store bytes under a path of the fresh run."""

    def store(path: str, content: bytes = b"12345") -> None:
        prefix = f"/api/2.0/mlflow-artifacts/artifacts/{experiment_id}/{run_id}/artifacts"
        http.send("PUT", f"{prefix}/{path}", data=content).ok()

    return store


def listed(http: Any, run_id: str, path: str | None = None) -> list[dict[str, Any]]:
    query = {"run_id": run_id} if path is None else {"run_id": run_id, "path": path}
    return http.get("artifacts/list", query).ok().get("files", [])


# --- where artifacts live


def test_a_run_lives_below_its_experiment(http: Any, experiment_id: str, run_id: str) -> None:
    experiment = http.get("experiments/get", {"experiment_id": experiment_id}).ok()["experiment"]
    run = http.get("runs/get", {"run_id": run_id}).ok()["run"]
    assert run["info"]["artifact_uri"] == f"{experiment['artifact_location']}/{run_id}/artifacts"
    assert experiment["artifact_location"] == f"mlflow-artifacts:/{experiment_id}"


# --- artifacts/list


def test_a_run_without_artifacts_names_its_root_only(http: Any, experiment_id: str, run_id: str) -> None:
    answer = http.get("artifacts/list", {"run_id": run_id}).ok()
    assert answer == {"root_uri": f"mlflow-artifacts:/{experiment_id}/{run_id}/artifacts"}


def test_a_list_is_sorted_and_relative_to_the_run(http: Any, run_id: str, put: Any) -> None:
    for name in ("d.txt", "d/b.txt", "a.txt", "d/e/c.txt"):
        put(name)
    top = [
        {"path": "a.txt", "is_dir": False, "file_size": 5},
        {"path": "d", "is_dir": True},
        {"path": "d.txt", "is_dir": False, "file_size": 5},
    ]
    inner = [{"path": "d/b.txt", "is_dir": False, "file_size": 5}, {"path": "d/e", "is_dir": True}]
    assert listed(http, run_id) == listed(http, run_id, "") == top
    assert listed(http, run_id, "d") == listed(http, run_id, "d/") == inner


def test_a_file_or_nothing_lists_as_empty(http: Any, run_id: str, put: Any) -> None:
    put("a.txt")
    assert listed(http, run_id, "a.txt") == []
    assert listed(http, run_id, "none") == []


def test_the_older_name_of_the_run_is_taken(http: Any, run_id: str, put: Any) -> None:
    put("a.txt")
    assert [file["path"] for file in http.get("artifacts/list", {"run_uuid": run_id}).ok()["files"]] == ["a.txt"]


def test_many_files_come_in_one_list(http: Any, run_id: str, tmp_path: Path, client: Any) -> None:
    for index in range(300):
        (tmp_path / f"{index:04}.txt").write_text("x")
    client.log_artifacts(run_id, str(tmp_path))
    answer = http.get("artifacts/list", {"run_id": run_id}).ok()
    assert len(answer["files"]) == 300
    assert "next_page_token" not in answer


@pytest.mark.parametrize("path", ["..", "../..", "/etc", "d/../..", "%2e%2e", "%252e%252e", "file:///etc", "a/../b"])
def test_a_list_does_not_leave_the_run(http: Any, run_id: str, path: str) -> None:
    http.get("artifacts/list", {"run_id": run_id, "path": path}).is_invalid("Invalid path")


def test_a_list_needs_a_run(http: Any) -> None:
    http.get("artifacts/list").is_invalid("Missing value for required parameter 'run_id'")
    http.get("artifacts/list", {"run_id": "nope"}).is_missing("Run with id=nope not found")


def test_a_deleted_run_keeps_its_artifacts(http: Any, run_id: str, put: Any) -> None:
    put("a.txt")
    http.post("runs/delete", {"run_id": run_id}).ok()
    assert [file["path"] for file in listed(http, run_id)] == ["a.txt"]


# --- through the client


def test_the_client_logs_files_and_folders(client: Any, run_id: str, tmp_path: Path) -> None:
    (tmp_path / "d" / "e").mkdir(parents=True)
    (tmp_path / "a b.txt").write_text("a")
    (tmp_path / "d" / "é.bin").write_bytes(b"\x00\xff")
    (tmp_path / "d" / "e" / "empty").touch()
    client.log_artifacts(run_id, str(tmp_path))
    client.log_artifact(run_id, str(tmp_path / "a b.txt"), "sub dir/deep")
    client.log_artifacts(run_id, str(tmp_path / "d"), "copy")
    paths = {
        folder: [file.path for file in client.list_artifacts(run_id, folder)]
        for folder in (None, "d", "sub dir", "copy")
    }
    assert paths == {
        None: ["a b.txt", "copy", "d", "sub dir"],
        "d": ["d/e", "d/é.bin"],
        "sub dir": ["sub dir/deep"],
        "copy": ["copy/e", "copy/é.bin"],
    }


def test_the_client_downloads_what_it_logged(client: Any, run_id: str, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "d" / "e").mkdir(parents=True)
    target.mkdir()
    files = {"a b.txt": b"a", "d/é.bin": os.urandom(300_000), "d/e/empty": b"", "d/e/f.json": b"{}"}
    for name, content in files.items():
        (source / name).write_bytes(content)
    client.log_artifacts(run_id, str(source), "all")
    found = Path(client.download_artifacts(run_id, "all", str(target)))
    assert {str(path.relative_to(found)): path.read_bytes() for path in found.rglob("*") if path.is_file()} == files
    assert Path(client.download_artifacts(run_id, "all/d/é.bin")).read_bytes() == files["d/é.bin"]


def test_a_whole_run_is_downloaded_by_its_address(client: Any, run_id: str, tmp_path: Path) -> None:
    client.log_text(run_id, "hi", "d/a.txt")
    folder = mlflow.artifacts.download_artifacts(run_id=run_id, dst_path=str(tmp_path))
    assert (Path(folder) / "d" / "a.txt").read_text() == "hi"
    single = mlflow.artifacts.download_artifacts(artifact_uri=f"runs:/{run_id}/d/a.txt")
    assert Path(single).read_text() == "hi"
    by_scheme = client.get_run(run_id).info.artifact_uri + "/d/a.txt"
    assert mlflow.artifacts.load_text(by_scheme) == "hi"


def test_downloading_nothing_fails(client: Any, run_id: str) -> None:
    with pytest.raises(Exception, match=r"404|No such|not found|does not exist|Failed to download"):
        client.download_artifacts(run_id, "none.txt")


def test_a_large_file_survives_the_journey(client: Any, run_id: str, tmp_path: Path) -> None:
    big = tmp_path / "big.bin"
    block = os.urandom(1 << 20)
    with big.open("wb") as stream:
        for _ in range(32):
            stream.write(block)
    client.log_artifact(run_id, str(big))
    back = Path(client.download_artifacts(run_id, "big.bin", str(tmp_path / "..")))
    try:
        assert hashlib.sha256(back.read_bytes()).digest() == hashlib.sha256(big.read_bytes()).digest()
        assert [file.file_size for file in client.list_artifacts(run_id)] == [32 << 20]
    finally:
        back.unlink()


def test_logging_again_replaces_the_file(client: Any, run_id: str) -> None:
    for text in ("first and longer", "second"):
        client.log_text(run_id, text, "a.txt")
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/a.txt") == "second"
    assert [file.file_size for file in client.list_artifacts(run_id)] == [6]


def test_a_run_of_an_experiment_with_its_own_place_keeps_to_it(
    client: Any, http: Any, unique: Callable[[str], str]
) -> None:
    place = f"mlflow-artifacts:/shared/{unique('place')}"
    experiment_id = client.create_experiment(unique("placed"), artifact_location=place)
    run_id = client.create_run(experiment_id).info.run_id
    client.log_text(run_id, "hi", "a.txt")
    assert client.get_run(run_id).info.artifact_uri == f"{place}/{run_id}/artifacts"
    assert [file["path"] for file in listed(http, run_id)] == ["a.txt"]
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/a.txt") == "hi"


# --- /get-artifact


def test_the_page_downloads_a_file(http: Any, run_id: str, put: Any) -> None:
    put("d/sp%20aé.html", b"<b>")
    for name in ("run_id", "run_uuid"):
        answer = http.get("/get-artifact", {name: run_id, "path": "d/sp aé.html"})
        assert (answer.status, answer.text) == (200, "<b>")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''sp%20a%C3%A9.html" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_downloads_a_part_of_a_file(http: Any, run_id: str, put: Any) -> None:
    put("a.txt", b"0123456789")
    query = {"run_id": run_id, "path": "a.txt"}
    answer = http.send("GET", "/get-artifact", params=query, headers={"Range": "bytes=2-4"})
    assert (answer.status, answer.text) == (206, "234")
    assert answer.headers["Content-Range"] == "bytes 2-4/10"


def test_the_page_downloads_files_of_runs_only(http: Any, run_id: str, put: Any) -> None:
    put("d/a.txt")
    http.get("/get-artifact", {"run_id": run_id, "path": "none"}).is_missing("No such artifact")
    http.get("/get-artifact", {"run_id": run_id, "path": "d"}).is_invalid("directory")
    http.get("/get-artifact", {"run_id": "nope", "path": "a"}).is_missing("Run with id=nope not found")
    for path in ("../a.txt", "/etc/passwd", "%2e%2e/x", "d/../../x"):
        http.get("/get-artifact", {"run_id": run_id, "path": path}).is_invalid("Invalid path")
    assert http.get("/get-artifact", {"run_id": run_id}).status == 400


@pytest.mark.better_than_mlflow
def test_the_page_is_told_what_is_missing(http: Any, run_id: str) -> None:
    http.get("/get-artifact", {"run_id": run_id}).is_invalid("path")
    http.get("/get-artifact", {"path": "a.txt"}).is_invalid("run_id")


# --- upload-artifact


def test_the_page_uploads_a_file(http: Any, run_id: str) -> None:
    for path in ("top.txt", "up/x.txt"):
        answer = http.send("POST", UPLOAD, params={"run_uuid": run_id, "path": path}, data=b"hey")
        assert (answer.status, answer.text) == (200, "")
    assert [file["path"] for file in listed(http, run_id)] == ["top.txt", "up"]
    assert listed(http, run_id, "up") == [{"path": "up/x.txt", "is_dir": False, "file_size": 3}]


def test_a_script_uploads_bytes_of_no_type(http: Any, run_id: str) -> None:
    answer = requests.post(http.uri + UPLOAD, params={"run_uuid": run_id, "path": "bare.txt"}, data=b"hey", timeout=60)
    assert (answer.status_code, answer.text) == (200, "")
    assert [file["path"] for file in listed(http, run_id)] == ["bare.txt"]


def test_the_page_uploads_up_to_ten_mebibytes(http: Any, run_id: str) -> None:
    limit = 10 << 20
    query = {"run_uuid": run_id, "path": "big.bin"}
    http.send("POST", UPLOAD, params=query, data=b"x" * limit).ok()
    http.send("POST", UPLOAD, params=query, data=b"x" * (limit + 1)).is_invalid("Max size is 10MB")
    assert listed(http, run_id)[0]["file_size"] == limit


def test_an_upload_of_the_page_says_what_is_missing(http: Any, run_id: str) -> None:
    http.send("POST", UPLOAD, params={"path": "x"}, data=b"x").is_invalid("Request must specify run_uuid.")
    http.send("POST", UPLOAD, params={"run_uuid": run_id}, data=b"x").is_invalid("Request must specify path.")
    empty = http.send("POST", UPLOAD, params={"run_uuid": run_id, "path": "x"}, data=b"")
    empty.is_invalid("Request must specify data.")
    unknown = http.send("POST", UPLOAD, params={"run_uuid": "nope", "path": "x"}, data=b"x")
    unknown.is_missing("Run with id=nope not found")
    for path in ("../x", "/etc/x", "%2e%2e/x"):
        escape = http.send("POST", UPLOAD, params={"run_uuid": run_id, "path": path}, data=b"x")
        escape.is_invalid("Invalid path")


@pytest.mark.better_than_mlflow
def test_the_page_cannot_upload_a_folder(http: Any, run_id: str) -> None:
    http.send("POST", UPLOAD, params={"run_uuid": run_id, "path": "dir/"}, data=b"x").is_invalid()
