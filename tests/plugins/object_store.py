"""An S3 server over the wire for the tests: one a test session, with one bucket."""

import urllib.request
from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer

BUCKET = "blobs"
ACCESS_KEY = "someone"
SECRET_KEY = "of-moto"


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The address of an S3 server that has BUCKET and takes any key."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        with urllib.request.urlopen(urllib.request.Request(f"{endpoint}/{BUCKET}", method="PUT")):  # noqa: S310
            pass
        yield endpoint
    finally:
        server.stop()
