"""One attempt: the secret is read, the request signed and sent, and what came of it put into words."""

from tidemill.core.outbound import TIMEOUT_S, Answer, Outbound, RefusedAddressError
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import TidemillError
from tidemill.registry.webhooks.models import Webhook
from tidemill.registry.webhooks.rules import Attempt
from tidemill.registry.webhooks.signing import headers_of
from tidemill.tenancy import WorkspaceSecrets

_LONGEST_SECONDS = 9


class Postman:
    """Sends signed bodies to the URLs of webhooks."""

    def __init__(self, outbound: Outbound, secrets: WorkspaceSecrets, clock: Clock = now_ms) -> None:
        self._outbound = outbound
        self._secrets = secrets
        self._clock = clock

    async def send(self, webhook: Webhook, delivery_id: str, body: str, timeout_s: float = TIMEOUT_S) -> Answer:
        """Send a body. Raises RefusedAddressError, and another TidemillError where there is no answer."""
        secret = ""
        if webhook.secret_name:  # nothing is sent unsigned that should be signed
            found = await self._secrets.reveal(webhook.workspace_id, [webhook.secret_name])
            secret = found[webhook.secret_name]
        headers = headers_of(delivery_id, self._clock() // 1000, body, secret)
        return await self._outbound.post(webhook.url, body.encode(), headers, timeout_s=timeout_s)

    async def attempt(self, webhook: Webhook, delivery_id: str, body: str) -> Attempt:
        """Send a body, and say what came of it."""
        try:
            answer = await self.send(webhook, delivery_id, body)
        except RefusedAddressError as error:
            return Attempt(error=error.in_one(), is_final=True)
        except TidemillError as error:
            return Attempt(error=error.message)
        return Attempt(answer.status, retry_after_s=_retry_after(answer))


def _retry_after(answer: Answer) -> int | None:
    wish = answer.headers.get("retry-after", "").strip()
    return int(wish) if wish.isascii() and wish.isdecimal() and len(wish) <= _LONGEST_SECONDS else None
