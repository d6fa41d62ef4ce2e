"""What the controller asks of the tables. `moving.py` speaks SQL, `compute/fakes.py` keeps everything in memory, and
`contract.py` holds the tests that both pass."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from tidemill.compute.admission import Waiting
from tidemill.compute.models import Change, Node, ProcessKey, Progress, Quota, Workload
from tidemill.compute.records import KeptLog, KnownNode, Live, Moment, ProcessChange, Submission


class ComputeStore(Protocol):
    """The tables of all workspaces within one transaction: for the controller, never for what a user asks."""

    def take_turn(self) -> None:
        """Wait until no other server steps; the turn ends with the transaction."""
        ...

    def add(self, submissions: Sequence[Submission], now_ms: int) -> None:
        """Put workloads into the queue, each with the first line of its history."""
        ...

    def load(self, uuids: Sequence[str]) -> dict[str, Workload]:
        """Those of these workloads that there are, which nobody else changes until the transaction ends."""
        ...

    def load_ids(self, ids: Sequence[int]) -> dict[int, Workload]:
        """The same by id."""
        ...

    def histories(self, uuids: Sequence[str]) -> dict[str, list[Moment]]:
        """Every change of state of these workloads, the first first."""
        ...

    def apply(self, changes: Sequence[Change], processes: Sequence[ProcessChange] = ()) -> set[int]:
        """Store changes, in order; several may follow one another for one workload. Returns the ids that changed.

        A workload that is no longer in the state and attempt before its first change stays as it is, with its
        processes and its history. What admission gave a new attempt becomes its processes; `processes` says what
        became of those of an attempt that was there already.
        """
        ...

    def end_backoffs(self, now_ms: int) -> None:
        """Let those take part in the queue whose time to wait before another try is over."""
        ...

    def next_backoff_ms(self) -> int | None:
        """When the next of those times ends."""
        ...

    def waiting(self, each_lane: int) -> list[Waiting]:
        """The head of the queue: of each workspace and shape the first so many by priority and age."""
        ...

    def live(self) -> list[Live]:
        """Every process that has not ended, by workload and rank."""
        ...

    def nodes(self) -> list[KnownNode]:
        """Every node that was ever heard of, by name."""
        ...

    def quotas(self) -> dict[int, Quota]:
        """The quotas, by workspace."""
        ...

    def hear(self, backend: str, nodes: Sequence[Node], own: Sequence[str], now_ms: int) -> None:
        """A backend offers these nodes now, and no longer the others of `own`, which it offered before.

        Whether a node is open for new work is the administrator's to say, and stays.
        """
        ...

    def note_progress(self, told: Mapping[ProcessKey, Progress]) -> dict[str, int]:
        """Note how far these processes are: those that have not ended, of the present attempt.

        Returns the workspaces of the workloads of these that there are, by uuid.
        """
        ...

    def unsettled(self, nodes: Sequence[str]) -> list[ProcessKey]:
        """Processes that ended on these nodes and whose logs are still with the backend."""
        ...

    def keep_logs(self, logs: Mapping[ProcessKey, KeptLog]) -> None:
        """Note where the logs of these processes are kept from now on."""
        ...
