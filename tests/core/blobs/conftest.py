"""An S3 server over the wire for the tests of this folder, and a small disk that can be filled."""

import subprocess
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from tidemill.core.blobs import StoreOptions

SMALL_DISK_BYTES = 4 << 20


@dataclass(frozen=True)
class Bucket:
    """A place of a test's own in a bucket of a running server."""

    endpoint: str
    name: str
    prefix: str

    @property
    def url(self) -> str:
        return f"s3://{self.name}/{self.prefix}"

    @property
    def options(self) -> StoreOptions:
        return StoreOptions(
            endpoint=self.endpoint, region="us-east-1", access_key_id="someone", secret_access_key="of-moto"
        )


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        with urllib.request.urlopen(urllib.request.Request(f"{endpoint}/blobs", method="PUT")):  # noqa: S310
            pass
        yield endpoint
    finally:
        server.stop()


@pytest.fixture
def bucket(s3_endpoint: str) -> Bucket:
    return Bucket(s3_endpoint, "blobs", f"tests/{uuid.uuid4().hex}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of SMALL_DISK_BYTES. Its users carry the mark needs_tmpfs."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_BYTES}", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
