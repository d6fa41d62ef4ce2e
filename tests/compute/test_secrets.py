"""Secrets as real processes meet them: given as variables, masked where they are printed, and kept nowhere else."""

import base64
import pickle
from typing import Any

import httpx
import pytest

from tests.compute.jobs import Jobs

VALUE = "correct-horse-battery-staple"
TOKEN = {"secrets": {"TOKEN": "token"}}
# Longer than an unfinished line waits, so that its begin has gone to the log before its end comes.
IN_PIECES = (
    "import os, sys, time; t = os.environ['TOKEN']; print('whole', t); sys.stderr.write('in ' + t[:9]); "
    "sys.stderr.flush(); time.sleep(0.5); sys.stderr.write(t[9:] + ' pieces\\n')"
)


def secret(jobs: Jobs, method: str, name: str = "", body: object = None) -> httpx.Response:
    return jobs.http.request(method, jobs.url(f"secrets/{name}" if name else "secrets"), json=body)


def call(entry: str, *arguments: object) -> dict[str, Any]:
    return {"entry": entry, "arguments": base64.b64encode(pickle.dumps((arguments, {}))).decode()}


@pytest.fixture(autouse=True)
def _token(jobs: Jobs) -> None:
    assert secret(jobs, "PUT", "token", {"value": VALUE}).is_success


def test_a_command_has_it_and_its_log_does_not(jobs: Jobs) -> None:
    job = jobs.python(IN_PIECES, **TOKEN)
    assert jobs.ends(job) == ["succeeded"]
    lines = jobs.kept(job) and jobs.log(job)["lines"]
    texts = {stream: [line["text"] for line in lines if line["stream"] == stream] for stream in ("stdout", "stderr")}
    assert texts == {"stdout": ["whole ***"], "stderr": ["in ", "*** pieces"]}


def test_a_call_has_it_and_its_log_does_not(jobs: Jobs) -> None:
    job = jobs.submit(call=call("builtins:exec", IN_PIECES), **TOKEN)
    assert jobs.ends(job) == ["succeeded"]
    assert jobs.kept(job)
    assert "".join(jobs.texts(job)).replace("***", "") == "whole in  pieces"
    assert jobs.texts(job)[0] == "whole ***"


def test_an_error_that_shows_it_is_told_without_it(jobs: Jobs) -> None:
    code = "import os; raise ValueError('cannot log in with ' + os.environ['TOKEN'])"
    job = jobs.submit(call=call("builtins:exec", code), **TOKEN)
    assert jobs.ends(job) == ["failed"]
    assert jobs.kept(job)["message"] == "ValueError: cannot log in with ***"
    assert jobs.texts(job)[-1] == "ValueError: cannot log in with ***"
    assert VALUE not in jobs.http.get(jobs.url(f"workloads/{job}")).text


def test_it_is_kept_in_its_own_file_and_nowhere_else(jobs: Jobs) -> None:
    value = "found-in-one-place-only"
    assert secret(jobs, "PUT", "single", {"value": value}).is_success
    job = jobs.submit("sh", "-c", "echo $TOKEN; sleep 600", secrets={"TOKEN": "single"})
    jobs.until_said(job, "***")
    holders = [
        path.relative_to(jobs.server.data_dir).as_posix()
        for path in jobs.server.data_dir.rglob("*")
        if path.is_file() and value.encode() in path.read_bytes()
    ]
    jobs.stop(job)
    assert holders == ["secrets/1/single"]
    assert value not in jobs.http.get(jobs.url(f"workloads/{job}")).text


def test_one_that_is_not_there_is_refused_when_it_is_asked_for(jobs: Jobs) -> None:
    spec = {"command": ["true"], "secrets": {"TOKEN": "../1/token"}}
    for path, body in (
        ("workloads", {"spec": spec}),
        ("workloads/batch", {"template": spec, "items": [{"name": "one"}]}),
    ):
        answer = jobs.http.post(jobs.url(path), json=body)
        assert answer.status_code == 400
        assert "no secret named '../1/token'" in answer.json()["error"]["message"]
        assert "tidemill secret" in answer.json()["error"]["hint"]


def test_one_that_was_deleted_since_keeps_its_job_from_starting(jobs: Jobs) -> None:
    assert secret(jobs, "PUT", "fleeting", {"value": VALUE}).is_success
    capacity = jobs.get("compute/summary")["capacity"]["cpu_milli"]
    holder = jobs.submit("sleep", "600", resources={"cpu_milli": capacity})
    waiting = jobs.submit("true", secrets={"TOKEN": "fleeting"})
    assert secret(jobs, "DELETE", "fleeting").is_success
    jobs.stop(holder)
    assert jobs.ends(waiting) == ["failed"]
    process = jobs.process(waiting)
    assert process["outcome"] == "not_started"
    assert "no secret named 'fleeting'" in process["message"]


def test_the_api_names_secrets_and_never_reads_them_back(jobs: Jobs) -> None:
    listed = secret(jobs, "GET")
    row = next(each for each in listed.json()["secrets"] if each["name"] == "token")
    assert set(row) == {"name", "changed_ms"}
    assert VALUE not in listed.text
    assert VALUE not in secret(jobs, "PUT", "token", {"value": VALUE}).text
    assert secret(jobs, "GET", "token").status_code == 405
    assert secret(jobs, "DELETE", "nothing").status_code == 404
    assert secret(jobs, "PUT", "..%2F2%2Ftoken", {"value": VALUE}).status_code in (400, 404)
    assert secret(jobs, "PUT", "token", {"value": {"secret": VALUE}}).status_code == 400
