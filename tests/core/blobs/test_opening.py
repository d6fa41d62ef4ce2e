"""An address opens the right store, and a wrong one says what is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from tidemill.core.blobs import PresignsDownloads, StoreOptions, open_store
from tidemill.core.blobs.local import LocalBlobStore
from tidemill.kit.errors import InvalidError


def test_a_path_and_a_file_url_open_the_same_folder(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "my store"
    assert isinstance(open_store(str(folder)), LocalBlobStore)
    assert isinstance(open_store(f"file://{tmp_path}/deep/my%20store"), LocalBlobStore)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["my store"]


def test_an_s3_url_opens_a_bucket_without_contacting_it() -> None:
    assert isinstance(open_store("s3://bucket/prefix"), PresignsDownloads)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "gopher://x",
        "file://elsewhere/x",
        "file:///x?y",
        "file:///x#y",
        "file:///%00",
        "s3://",
        "s3:///x",
        "s3://b?x=1",
        "s3://b#f",
        "s3://user:word@b/x",
    ],
)
def test_an_address_that_is_none_is_refused_with_a_hint(url: str) -> None:
    with pytest.raises(InvalidError) as caught:
        open_store(url)
    assert caught.value.hint


@pytest.mark.parametrize("half", [StoreOptions(access_key_id="id"), StoreOptions(secret_access_key="word")])
def test_half_a_key_pair_is_refused(half: StoreOptions) -> None:
    with pytest.raises(InvalidError, match="half"):
        open_store("s3://bucket", half)


@pytest.mark.parametrize(
    "endpoint", ["", "host", "host:9000", "ftp://host", "http://", "http://h:x", "http://h?q", "http://u:p@h"]
)
def test_an_endpoint_that_is_none_is_refused_with_a_hint(endpoint: str) -> None:
    with pytest.raises(InvalidError, match="object store") as caught:
        open_store("s3://bucket", StoreOptions(endpoint=endpoint))
    assert caught.value.hint


@pytest.mark.parametrize("region", ["", "eu central", "x\r\ny"])
def test_a_region_that_is_none_is_refused(region: str) -> None:
    with pytest.raises(InvalidError, match="region"):
        open_store("s3://bucket", StoreOptions(region=region))


def test_secrets_do_not_show_in_the_options() -> None:
    assert "hush" not in repr(StoreOptions(secret_access_key="hush", session_token="hush"))


def test_a_plain_folder_loads_no_object_store_client(tmp_path: Path) -> None:
    code = (
        "import sys; from tidemill.core.blobs import open_store; open_store(sys.argv[1]);"
        "sys.exit('obstore' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True)
