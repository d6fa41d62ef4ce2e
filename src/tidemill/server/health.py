"""Whether the server lives, is ready, and how it fares."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from tidemill.core.identity import Permission, Scope
from tidemill.core.telemetry import Telemetry
from tidemill.core.web import Nothing, Reply, Route, json_reply
from tidemill.kit.errors import TidemillError

Probe = Callable[[], Awaitable[None]]
"""Returns when the part works; raises TidemillError when it does not."""


class Readiness(msgspec.Struct):
    ready: bool
    checks: dict[str, str]


class HealthApi:
    """`/healthz`, `/readyz` and `/metrics`."""

    def __init__(self, telemetry: Telemetry, probes: Mapping[str, Probe]) -> None:
        self._telemetry = telemetry
        self._probes = probes

    def routes(self) -> Sequence[Route]:
        public = Permission.PUBLIC
        return [
            Route(method="GET", path="/healthz", permission=public, message=Nothing, handler=self.alive),
            Route(method="GET", path="/readyz", permission=public, message=Nothing, handler=self.ready),
            Route(method="GET", path="/metrics", permission=public, message=Nothing, handler=self.metrics),
        ]

    async def alive(self, scope: Scope, message: Nothing) -> Reply:
        return Reply(b"ok\n", content_type="text/plain")

    async def ready(self, scope: Scope, message: Nothing) -> Reply:
        checks: dict[str, str] = {}
        for name, probe in self._probes.items():
            try:
                await probe()
                checks[name] = "ok"
            except TidemillError as error:
                checks[name] = error.message
        ready = all(state == "ok" for state in checks.values())
        return json_reply(Readiness(ready, checks), 200 if ready else 503)

    async def metrics(self, scope: Scope, message: Nothing) -> Reply:
        return Reply(generate_latest(self._telemetry.registry), content_type=CONTENT_TYPE_LATEST)
