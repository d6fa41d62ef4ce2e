"""What the page of a run asks for: structure, what changed, files of artifacts, and another run beside it."""

from http import HTTPStatus

from tests.pipelines.viewing.conftest import Place

BAD_REQUEST, NOT_FOUND = HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND


def test_a_pipeline_is_drawn_with_what_never_began(place: Place) -> None:
    drawing = place.get(f"{place.bad}/graph")
    dags = {dag["id"]: {task["name"]: task for task in dag["tasks"]} for dag in drawing["dags"]}
    root = dags[drawing["root"]]
    assert drawing["name"] == "looked-at"
    assert root["make"]["label"] == "make it"
    assert set(root["make"]["outputs"]) == {"data", "page"}
    loop = root["loop"]
    assert (loop["kind"], loop["after"]) == ("loop", ["make"])
    assert [(each["producer"], each["output"], each["kind"]) for each in loop["takes"]] == [
        ("make", "data", "artifact")
    ]
    assert list(dags[loop["dag"]]) == ["check"]
    assert root["never"]["condition"].endswith("== 'never'")
    assert list(dags[root["never"]["dag"]]) == ["say"]


def test_a_list_says_how_far_runs_are_and_not_what_they_were_given(place: Place) -> None:
    runs = {row["name"]: row for row in place.client.get("/api/v1/pipeline-runs").json()["runs"]}
    assert runs["good"]["counts"] == {"succeeded": 4}
    assert runs["bad"]["counts"] == {"succeeded": 3, "failed": 1}
    assert runs["bad"]["parameters"] == {}
    assert runs["bad"]["pipeline_name"] == "looked-at"
    assert place.get(f"{place.bad}/tasks")["run"]["parameters"] == {"bad": "2"}


def test_only_what_changed_since_a_revision_is_told(place: Place) -> None:
    whole = place.get(f"{place.good}/tasks")
    paths = [task["path"] for task in whole["tasks"]]
    assert set(paths) >= {"", "make", "loop", "loop[1]", "loop[1]/check", "never"}
    assert place.get(f"{place.good}/tasks", since=whole["revision"])["tasks"] == []
    last = place.get(f"{place.good}/tasks", since=whole["revision"] - 1)["tasks"]
    assert 0 < len(last) < len(paths)
    assert place.get(f"{place.good}/tasks", since=10**6)["tasks"] == whole["tasks"]
    iteration = next(task for task in whole["tasks"] if task["path"] == "loop[2]")
    assert iteration["item"] == "3"
    place.refused(BAD_REQUEST, f"{place.good}/tasks", since=-1)


def test_one_task_is_told_with_what_it_took_and_made(place: Place) -> None:
    task = place.get(f"{place.good}/task", path="make")
    (data,) = task["outputs"]["artifacts"]["data"]
    assert data["size"] == len("a,b\n1,2\n") + len("x\n")
    assert place.get(f"{place.good}/task")["kind"] == "dag"
    assert "no task 'nope'" in place.refused(NOT_FOUND, f"{place.good}/task", path="nope")["message"]


def test_the_files_of_an_artifact_are_listed_and_read(place: Place) -> None:
    artifact = {"task": "make", "name": "data"}
    top = place.get(f"{place.good}/artifacts", **artifact)
    assert top["files"] == [
        {"path": "deep", "is_dir": True, "file_size": None},
        {"path": "rows.csv", "is_dir": False, "file_size": 8},
    ]
    deep = place.get(f"{place.good}/artifacts", path="deep", **artifact)["files"]
    assert deep == [{"path": "deep/x.txt", "is_dir": False, "file_size": 2}]
    assert place.get(f"{place.good}/artifacts", after="deep", **artifact)["files"] == top["files"][1:]
    url = f"/api/v1/pipeline-runs/{place.good}/artifacts/content"
    answer = place.client.get(url, params={**artifact, "path": "rows.csv"}, headers={"Range": "bytes=4-6"})
    assert (answer.status_code, answer.text) == (HTTPStatus.PARTIAL_CONTENT, "1,2")
    assert answer.headers["content-type"].startswith("text/plain")
    taken = {"task": "loop[0]/check", "name": "data", "side": "inputs", "path": "rows.csv"}
    assert place.client.get(url, params=taken).text == "a,b\n1,2\n"


def test_a_page_that_a_step_made_acts_as_nobody(place: Place) -> None:
    url = f"/api/v1/pipeline-runs/{place.good}/artifacts/content"
    shown = place.client.get(url, params={"task": "make", "name": "page"})
    assert shown.headers["content-type"].startswith("text/html")
    policy = shown.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'")
    assert "allow-same-origin" not in policy
    saved = place.client.get(url, params={"task": "make", "name": "page", "download": "1"})
    assert saved.headers["content-disposition"] == "attachment; filename=page.html"


def test_a_file_that_is_not_there_is_refused_with_what_is(place: Place) -> None:
    artifacts, content = f"{place.good}/artifacts", f"{place.good}/artifacts/content"
    assert "data, page" in place.refused(NOT_FOUND, artifacts, task="make", name="model")["hint"]
    place.refused(NOT_FOUND, artifacts, task="make", name="data", number=1)
    place.refused(NOT_FOUND, artifacts, task="make", name="data", number=-1)
    place.refused(NOT_FOUND, content, task="make", name="data", path="nope.csv")
    place.refused(BAD_REQUEST, content, task="make", name="data", path="deep")
    place.refused(BAD_REQUEST, content, task="make", name="data")
    place.refused(BAD_REQUEST, content, task="make", name="data", path="../rows.csv")
    place.refused(BAD_REQUEST, content, task="make", name="data", number="one")
    place.refused(BAD_REQUEST, artifacts, task="make", name="data", side="both")
    place.refused(NOT_FOUND, "no-such-run/artifacts", task="make", name="data")


def test_a_run_that_broke_is_held_against_the_last_that_went_well(place: Place) -> None:
    changes = place.get(f"{place.bad}/changes")["changes"]
    assert changes["before"]["id"] == place.good
    assert [(each["name"], each["before"], each["after"]) for each in changes["parameters"]] == [("bad", "none", "2")]
    assert [each["components"] for each in changes["code"]] == [["comp-check"]]
    assert any(line.startswith("+") and line.endswith("; true") for line in changes["code"][0]["diff"])
    broken = next(task for task in changes["tasks"] if task["path"] == "loop[1]/check")
    assert (broken["before"]["state"], broken["after"]["state"]) == ("succeeded", "failed")
    assert changes["inputs"] == []


def test_any_two_runs_are_compared_and_the_first_with_nothing(place: Place) -> None:
    assert place.get(f"{place.good}/changes") == {"changes": None}
    swapped = place.get(f"{place.good}/changes", against=place.bad)["changes"]
    assert (swapped["before"]["id"], swapped["after"]["id"]) == (place.bad, place.good)
    place.refused(NOT_FOUND, f"{place.good}/changes", against="nope")


def test_an_event_says_which_run_changed(place: Place) -> None:
    with place.client.stream("GET", "/api/v1/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 2000"
        archived = place.client.post(f"/apis/v2beta1/runs/{place.good}:archive", json={})
        assert archived.is_success
        told = next(line for line in lines if '"pipeline"' in line)
        assert place.client.post(f"/apis/v2beta1/runs/{place.good}:unarchive", json={}).is_success
    assert f'"pipeline_run":"{place.good}"' in told
