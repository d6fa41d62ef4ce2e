"""What comes of an attempt: delivered, again after a pause, or given up."""

import random
from dataclasses import dataclass

from tidemill.registry.webhooks.models import DeliveryState

PAUSES_S = (1, 5, 30, 120, 600, 1800, 3600)
"""After the first attempt, the second, and so on: the last is given up, an hour and three quarters after the first."""
MOST_ATTEMPTS = len(PAUSES_S) + 1
_LONGEST_WISH_S = 3600
_LONGEST_ERROR = 1000
_AGAIN = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an attempt came to. Without a status nobody answered; `is_final` says that trying again changes nothing."""

    status: int | None = None
    error: str = ""
    retry_after_s: int | None = None
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the delivery."""

    state: DeliveryState
    error: str
    pause_s: float | None = None


def verdict_on(attempt: Attempt, attempts: int) -> Verdict:
    """What comes of the last of so many attempts."""
    if attempt.status is not None and 200 <= attempt.status < 300:
        return Verdict(DeliveryState.DELIVERED, "")
    error = (attempt.error or f"the answer was {attempt.status}")[:_LONGEST_ERROR]
    if not _may_pass(attempt) or attempts >= MOST_ATTEMPTS:
        return Verdict(DeliveryState.FAILED, error)
    pause = PAUSES_S[attempts - 1] * random.uniform(0.9, 1.1)  # noqa: S311 - so that not all come back at once
    return Verdict(DeliveryState.WAITING, error, max(pause, min(attempt.retry_after_s or 0, _LONGEST_WISH_S)))


def _may_pass(attempt: Attempt) -> bool:
    """Whether it may go better the next time."""
    if attempt.status is None:
        return not attempt.is_final
    return attempt.status >= 500 or attempt.status in _AGAIN
