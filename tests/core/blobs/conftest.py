"""A place in the S3 server for each test of this folder, and a small disk that can be filled."""

import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.plugins.object_store import ACCESS_KEY, BUCKET, SECRET_KEY
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
            endpoint=self.endpoint, region="us-east-1", access_key_id=ACCESS_KEY, secret_access_key=SECRET_KEY
        )


@pytest.fixture
def bucket(s3_endpoint: str) -> Bucket:
    return Bucket(s3_endpoint, BUCKET, f"tests/{uuid.uuid4().hex}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of SMALL_DISK_BYTES. Its users carry the mark needs_tmpfs."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_BYTES}", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
