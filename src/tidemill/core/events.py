"""Events: what has just been committed, told to whoever listens in this process (`relay.py` takes it to others).

An event is a hint that saves waiting, never the truth: a listener that missed one finds the same in the tables.
Publish through `Tx.after_commit`, so that nobody hears of what was rolled back.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import structlog

Kind = Literal["experiment", "run", "metrics", "artifact", "model", "registry", "workload", "progress", "pipeline"]
"""A workload changes its state; its progress is how far it says that it is, which changes nothing else."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Something of this workspace changed."""

    kind: Kind
    workspace_id: int
    experiment_id: int | None = None
    run_id: str | None = None
    workload_id: str | None = None
    pipeline_run: str | None = None
    from_afar: bool = field(default=False, compare=False)
    """Whether another server of the same database committed it."""


Listener = Callable[[Event], None]


class EventBus:
    """Hands each event to each listener, on the publisher's thread; a listener must return at once."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; returns the function that takes it away again."""
        self._listeners = (*self._listeners, listener)

        def stop() -> None:
            self._listeners = tuple(known for known in self._listeners if known is not listener)

        return stop

    def publish(self, event: Event) -> None:
        """Tell every listener; one that fails is logged and spoils nothing for the others."""
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:  # noqa: BLE001 - a listener's fault is not the publisher's
                _log.exception("an event listener failed", kind=event.kind)
