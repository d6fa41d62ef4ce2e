"""A server with runs of one pipeline: one that went well, and one that broke in one of its iterations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.pipelines.viewing.looked_at import CHECK, pipeline, run
from tests.plugins.server import TidemillProcess


@dataclass(frozen=True)
class Place:
    """The server, and its two runs."""

    client: httpx.Client
    good: str
    bad: str

    def get(self, below: str, /, **query: Any) -> Any:
        """What the native API says below the runs, which must agree."""
        answer = self.client.get(f"/api/v1/pipeline-runs/{below}", params=query)
        assert answer.is_success, answer.text
        return answer.json()

    def refused(self, status: int, below: str, /, **query: Any) -> Mapping[str, Any]:
        """The error with which a request is refused."""
        answer = self.client.get(f"/api/v1/pipeline-runs/{below}", params=query)
        assert answer.status_code == status, answer.text
        return answer.json()["error"]


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("viewing")
    with (
        TidemillProcess(folder / "data", "--pipeline-commands", "allowed") as process,
        httpx.Client(base_url=process.uri, trust_env=False, timeout=30) as client,
    ):
        good = run(client, "good", pipeline())
        bad = run(client, "bad", pipeline(f"{CHECK}; true"), bad="2")
        yield Place(client, good, bad)
