"""The artifact proxy: upload, download, list and delete over bare HTTP, with the names that break others."""

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"


@dataclass(frozen=True)
class Reply:
    """Status, headers (names in lower case) and bytes of one answer."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def ok(self) -> bytes:
        assert self.status == 200, f"expected 200, got {self.status}: {self.content[:300]!r}"
        return self.content

    def is_invalid(self, phrase: str = "") -> None:
        assert self.status == 400, f"expected 400, got {self.status}: {self.content[:300]!r}"
        error = json.loads(self.content)
        assert error["error_code"] == "INVALID_PARAMETER_VALUE"
        assert phrase in error["message"]

    def is_missing(self) -> None:
        assert self.status == 404, f"expected 404, got {self.status}: {self.content[:300]!r}"
        assert json.loads(self.content)["error_code"] == "RESOURCE_DOES_NOT_EXIST"


Raw = Callable[..., Reply]


@pytest.fixture(scope="module")
def raw(uri: str) -> Raw:
    """Send a request whose path goes over the wire byte for byte: other clients tidy ``..`` away."""
    host = urlsplit(uri)

    def send(method: str, path: str, content: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        connection = http.client.HTTPConnection(host.hostname or "", host.port, timeout=60)
        try:
            connection.request(method, host.path + path, content, dict(headers or {}))
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()

    return send


@pytest.fixture
def below(experiment_id: str, run_id: str) -> str:
    """The folder of a fresh run, as the proxy names it."""
    return f"{experiment_id}/{run_id}/artifacts"


@pytest.fixture
def root(below: str) -> str:
    return f"{ARTIFACTS}/{below}"


@pytest.fixture
def names(raw: Raw, below: str) -> Callable[..., list[str]]:
    """What the proxy lists in a folder of the fresh run."""

    def listed(folder: str = "") -> list[str]:
        answer = raw("GET", f"{ARTIFACTS}?path={quote(f'{below}/{folder}'.rstrip('/'))}")
        return [file["path"] for file in json.loads(answer.ok()).get("files", [])]

    return listed


# --- upload and download


@pytest.mark.parametrize("content", [b"", b"hello", bytes(range(256)) * 4096], ids=["empty", "text", "1 MiB"])
def test_what_goes_up_comes_down(raw: Raw, root: str, content: bytes) -> None:
    answer = raw("PUT", f"{root}/a.bin", content)
    assert (answer.status, answer.content) == (200, b"")
    answer = raw("GET", f"{root}/a.bin")
    assert answer.ok() == content
    assert answer.headers["content-length"] == str(len(content))


def test_an_upload_of_unknown_length_is_taken(http: Any, root: str) -> None:
    session = http._session  # noqa: SLF001 - the wire helper sends no generators
    answer = session.put(http.uri + root + "/chunked.bin", data=iter([b"a" * 70_000, b"b"]), timeout=60)
    assert answer.status_code == 200
    assert session.get(http.uri + root + "/chunked.bin", timeout=60).content == b"a" * 70_000 + b"b"


def test_an_upload_takes_the_place_of_the_one_before(raw: Raw, root: str, names: Any) -> None:
    for content in (b"first and longer", b"second"):
        raw("PUT", f"{root}/a.txt", content).ok()
    assert raw("GET", f"{root}/a.txt").ok() == b"second"
    assert names() == ["a.txt"]


def test_folders_are_made_on_the_way(raw: Raw, root: str, names: Any) -> None:
    raw("PUT", f"{root}/a/b/c/d.txt", b"x").ok()
    assert (names(), names("a"), names("a/b"), names("a/b/c")) == (["a"], ["b"], ["c"], ["d.txt"])


def test_a_deep_path_is_taken(raw: Raw, root: str) -> None:
    deep = "/".join(["d"] * 60)
    raw("PUT", f"{root}/{deep}/f", b"x").ok()
    assert raw("GET", f"{root}/{deep}/f").ok() == b"x"


def test_the_page_uses_the_same_store(raw: Raw, root: str) -> None:
    ajax = root.replace("/api/", "/ajax-api/")
    raw("PUT", f"{ajax}/a.txt", b"x").ok()
    assert raw("GET", f"{root}/a.txt").ok() == b"x"
    assert raw("GET", f"{ajax}/a.txt").ok() == b"x"


def test_nothing_there_is_missing(raw: Raw, root: str) -> None:
    raw("GET", f"{root}/none.txt").is_missing()
    raw("GET", f"{ARTIFACTS}/etc/passwd").is_missing()


def test_a_download_names_its_file_and_its_version(raw: Raw, root: str) -> None:
    raw("PUT", f"{root}/a.txt", b"one").ok()
    headers = raw("GET", f"{root}/a.txt").headers
    assert headers["content-disposition"] == "attachment; filename=a.txt"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["accept-ranges"] == "bytes"
    assert headers["last-modified"].endswith("GMT")
    raw("PUT", f"{root}/a.txt", b"two!").ok()
    assert raw("GET", f"{root}/a.txt").headers["etag"] != headers["etag"]


def test_a_name_beyond_ascii_is_named_in_full(raw: Raw, root: str) -> None:
    name = quote("sp aé.html")
    raw("PUT", f"{root}/{name}", b"x").ok()
    disposition = raw("GET", f"{root}/{name}").headers["content-disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''sp%20a%C3%A9.html" in disposition


TYPES = {
    "a.txt": "text/plain",
    "a.json": "text/plain",
    "a.csv": "text/plain",
    "a.yaml": "text/plain",
    "a.py": "text/plain",
    "a.md": "text/plain",
    "a.ipynb": "text/plain",
    "a.js": "text/plain",
    "a.xml": "text/plain",
    "MLmodel": "text/plain",
    "mlproject": "text/plain",
    "a.html": "text/html",
    "a.svg": "image/svg+xml",
    "a.png": "image/png",
    "a.pdf": "application/pdf",
    "a.pkl": "application/octet-stream",
    "a.parquet": "application/octet-stream",
    "a.npy": "application/octet-stream",
    "noextension": "application/octet-stream",
}


def test_the_type_of_a_download_follows_its_name(raw: Raw, root: str) -> None:
    for name in TYPES:
        raw("PUT", f"{root}/{name}", b"{}", {"Content-Type": "application/x-whatever"}).ok()
    found = {name: raw("GET", f"{root}/{name}").headers["content-type"] for name in TYPES}
    assert found == TYPES


def test_head_tells_all_but_the_bytes(raw: Raw, root: str) -> None:
    raw("PUT", f"{root}/a.txt", b"hello").ok()
    answer = raw("HEAD", f"{root}/a.txt")
    assert (answer.status, answer.content, answer.headers["content-length"]) == (200, b"", "5")


@pytest.mark.parametrize(
    ("asked", "expected", "told"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=4-", b"456789", "bytes 4-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ],
)
def test_a_part_of_a_file_can_be_asked_for(raw: Raw, root: str, asked: str, expected: bytes, told: str) -> None:
    raw("PUT", f"{root}/a.txt", b"0123456789").ok()
    answer = raw("GET", f"{root}/a.txt", headers={"Range": asked})
    assert (answer.status, answer.content, answer.headers["content-range"]) == (206, expected, told)


def test_a_part_beyond_the_end_is_refused(raw: Raw, root: str) -> None:
    raw("PUT", f"{root}/a.txt", b"0123456789").ok()
    answer = raw("GET", f"{root}/a.txt", headers={"Range": "bytes=100-"})
    assert (answer.status, answer.headers["content-range"]) == (416, "bytes */10")


# --- names


GOOD_NAMES = [
    "sp ace.txt",
    " lead",
    "trail ",
    "été.txt",
    "模型.bin",
    "emoji😀",
    "a?b",
    "a+b",
    "a&b=c",
    "a,b;c:d",
    "q'uote",
    'q"uote',
    "back\\slash",
    "100%",
    "a|b*c<d>",
    "$HOME ~root `id`",
    ".hidden",
    "...",
    "dot.",
    "CON",
    "@[]{}!^",
    "x" * 200,
]


def test_odd_names_live_and_list_as_they_are(raw: Raw, root: str, names: Any) -> None:
    for name in GOOD_NAMES:
        raw("PUT", f"{root}/n/{quote(name, safe='')}", name.encode()).ok()
    for name in GOOD_NAMES:
        assert raw("GET", f"{root}/n/{quote(name, safe='')}").ok() == name.encode()
    assert names("n") == sorted(GOOD_NAMES)


def test_characters_may_be_escaped_or_not(raw: Raw, root: str) -> None:
    raw("PUT", f"{root}/d%2Fa%2Eb", b"x").ok()
    assert raw("GET", f"{root}/d/a.b").ok() == b"x"


@pytest.mark.better_than_mlflow
def test_percent_signs_in_a_name_are_kept(raw: Raw, root: str, names: Any) -> None:
    kept = ["pct%41.txt", "im%step%1%timestamp%1795413309307%t.png", "100%"]
    for name in kept:
        raw("PUT", f"{root}/n/{quote(name, safe='')}", name.encode()).ok()
        assert raw("GET", f"{root}/n/{quote(name, safe='')}").ok() == name.encode()
    assert names("n") == sorted(kept)


ESCAPES = [
    "../esc",
    "../../esc",
    "a/../../esc",
    "a/../b",
    "%2e%2e/esc",
    "..%2fesc",
    "%2e%2e%2fesc",
    "a/%2e%2e/%2e%2e/b",
    "..",
]


@pytest.mark.parametrize("path", ESCAPES)
@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
def test_no_path_leaves_its_folder(raw: Raw, root: str, method: str, path: str) -> None:
    raw("PUT", f"{root}/stays.txt", b"x").ok()
    raw(method, f"{root}/n/{path}", b"x" if method == "PUT" else None).is_invalid("Invalid path")
    assert raw("GET", f"{root}/stays.txt").ok() == b"x"


@pytest.mark.parametrize("path", ["%252e%252e%252fesc", "%252e%252e/esc", "a%23b", "a%2523b"])
def test_names_that_a_client_would_choke_on_are_refused(raw: Raw, root: str, names: Any, path: str) -> None:
    """Clients decode listed names once more and refuse ``..`` and ``#``: one such name would hide a whole folder."""
    raw("PUT", f"{root}/n/{path}", b"x").is_invalid("Invalid path")
    assert names() == []


@pytest.mark.parametrize("path", ["/etc/passwd", "//etc/passwd", "%2Fetc%2Fpasswd", "../../etc/passwd"])
@pytest.mark.parametrize("method", ["PUT", "GET", pytest.param("DELETE", marks=pytest.mark.better_than_mlflow)])
def test_no_path_is_absolute(raw: Raw, method: str, path: str) -> None:
    answer = raw(method, f"{ARTIFACTS}/{path}", b"x" if method == "PUT" else None)
    answer.is_invalid("Invalid path")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize(
    "path",
    ["./x", "x/./y", "%2Fetc%2Fpasswd", "file:///etc/passwd", "new%0Aline", "nul%00", "bad%FF", "x" * 256],
)
def test_names_that_no_store_can_keep_are_refused(raw: Raw, root: str, names: Any, path: str) -> None:
    raw("PUT", f"{root}/n/{path}", b"x").is_invalid()
    assert names() == []


def test_a_folder_cannot_be_put_or_got(raw: Raw, root: str) -> None:
    raw("PUT", f"{root}/d/a.txt", b"x").ok()
    assert raw("PUT", f"{root}/trail/", b"x").status == 400
    assert raw("GET", f"{root}/d").status == 400
    assert raw("GET", root).status == 400


@pytest.mark.better_than_mlflow
def test_a_file_and_a_folder_cannot_share_a_name(raw: Raw, root: str) -> None:
    raw("PUT", f"{root}/d/a.txt", b"x").ok()
    raw("PUT", f"{root}/d", b"x").is_invalid("d")
    raw("PUT", f"{root}/d/a.txt/below", b"x").is_invalid("a.txt")
    raw("PUT", f"{root}/trail/", b"x").is_invalid()
    raw("GET", f"{root}/d").is_invalid("directory")
    assert raw("GET", f"{root}/d/a.txt").ok() == b"x"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/a.txt"), ("PATCH", "/a.txt"), ("PUT", None), ("DELETE", None), ("POST", None)]
)
def test_other_methods_are_refused(raw: Raw, root: str, method: str, path: str | None) -> None:
    target = ARTIFACTS if path is None else root + path
    assert raw(method, target, b"x").status == 405


# --- list


def test_a_list_is_sorted_and_relative_to_the_asked_folder(raw: Raw, root: str, below: str) -> None:
    for name in ("Z.txt", "a.txt", "d/b.txt", "d/e/c.txt", "d.txt", "_x", "10", "9"):
        raw("PUT", f"{root}/{name}", b"12345").ok()
    for path in (below, f"{below}/"):
        files = json.loads(raw("GET", f"{ARTIFACTS}?path={path}").ok())["files"]
        assert [file["path"] for file in files] == ["10", "9", "Z.txt", "_x", "a.txt", "d", "d.txt"]
    assert files[4] == {"path": "a.txt", "is_dir": False, "file_size": 5}
    assert files[5] == {"path": "d", "is_dir": True}
    inner = json.loads(raw("GET", f"{ARTIFACTS}?path={below}/d").ok())["files"]
    assert inner == [{"path": "b.txt", "is_dir": False, "file_size": 5}, {"path": "e", "is_dir": True}]


def test_a_file_or_nothing_lists_as_empty(raw: Raw, root: str, below: str) -> None:
    raw("PUT", f"{root}/a.txt", b"x").ok()
    for path in (f"{below}/a.txt", f"{below}/none", f"{below}/none/deeper"):
        assert json.loads(raw("GET", f"{ARTIFACTS}?path={path}").ok()) == {}


def test_an_empty_file_is_a_file(raw: Raw, root: str, below: str) -> None:
    raw("PUT", f"{root}/empty", b"").ok()
    [file] = json.loads(raw("GET", f"{ARTIFACTS}?path={below}").ok())["files"]
    assert (file["path"], file["is_dir"], file.get("file_size", 0)) == ("empty", False, 0)


def test_the_top_lists_the_experiments(raw: Raw, root: str, experiment_id: str) -> None:
    raw("PUT", f"{root}/a.txt", b"x").ok()
    for query in ("", "?path="):
        files = json.loads(raw("GET", ARTIFACTS + query).ok())["files"]
        assert {"path": experiment_id, "is_dir": True} in files


@pytest.mark.parametrize("path", ["..", "../..", "/etc", "%2Fetc", "a/../..", "file:///etc"])
def test_a_list_does_not_leave_the_store(raw: Raw, path: str) -> None:
    raw("GET", f"{ARTIFACTS}?path={path}").is_invalid("Invalid path")


# --- delete


def test_a_file_is_deleted_and_its_neighbours_stay(raw: Raw, root: str, names: Any) -> None:
    for name in ("d.txt", "d/a.txt", "d/b.txt"):
        raw("PUT", f"{root}/{name}", b"x").ok()
    assert json.loads(raw("DELETE", f"{root}/d/a.txt").ok()) == {}
    raw("GET", f"{root}/d/a.txt").is_missing()
    assert (names(), names("d")) == (["d", "d.txt"], ["b.txt"])


def test_a_folder_is_deleted_with_all_in_it(raw: Raw, root: str, names: Any) -> None:
    for name in ("d.txt", "d/a.txt", "d/e/b.txt", "dd/c.txt"):
        raw("PUT", f"{root}/{name}", b"x").ok()
    raw("DELETE", f"{root}/d").ok()
    assert names() == ["d.txt", "dd"]
    raw("DELETE", root).ok()
    assert names() == []


def test_deleting_nothing_is_harmless(raw: Raw, root: str) -> None:
    for _ in range(2):
        assert json.loads(raw("DELETE", f"{root}/none/none").ok()) == {}
