"""What a step has to say: changes in the order in which they came about, and the commands that follow."""

from tidemill.pipelines.plan.models import Change, Command, Instance, Step


class Ledger:
    """The instances that have not ended, as they are stored, and what changes in a step."""

    def __init__(self) -> None:
        self.unfinished: dict[str, Instance] = {}
        self._changes: list[Change] = []
        self._commands: list[Command] = []

    def remember(self, stored: Instance) -> None:
        """It was stored before."""
        self.unfinished[stored.path] = stored

    def put(self, after: Instance) -> None:
        """It is to be stored."""
        self._changes.append(Change(self.unfinished.pop(after.path, None), after))
        if not after.state.is_final:
            self.unfinished[after.path] = after

    def attempt(self, path: str) -> int:
        """The number of the attempt that begins there: a retry counted it up where it forgot an earlier one."""
        earlier = self.unfinished.get(path)
        return earlier.attempt if earlier is not None else 1

    def order(self, command: Command) -> None:
        self._commands.append(command)

    def step(self) -> Step:
        """What there was to say since the last step."""
        step = Step(tuple(self._changes), tuple(self._commands))
        self._changes, self._commands = [], []
        return step
