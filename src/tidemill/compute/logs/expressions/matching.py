"""Running an automaton over many lines at once: one step takes a character of each of them."""

import numpy as np
from numpy.typing import NDArray

from tidemill.compute.logs.expressions.automaton import FOUND, UNKNOWN, Automaton, Codes
from tidemill.compute.logs.expressions.nodes import Node

Positions = NDArray[np.intp]
_DROP_EVERY = 64


class Matcher:
    """Finds the lines in which an expression matches anywhere."""

    def __init__(self, node: Node) -> None:
        self._automaton = Automaton(node)

    def matches(self, text: str) -> bool:
        """Whether it matches in one line."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        begin, end = np.zeros(1, dtype=np.intp), np.array([len(codes)], dtype=np.intp)
        return bool(self.find(codes, begin, end)[0])

    def find(self, codes: Codes, begins: Positions, ends: Positions) -> NDArray[np.bool_]:
        """Of lines by where they begin and end in a text: in which it matches. Raises InvalidError, see `Automaton`."""
        automaton = self._automaton
        classes = automaton.classes(codes)
        order = np.argsort(begins - ends, kind="stable")  # the longest first, so that those that go on are the first
        starts, lengths = begins[order], (ends - begins)[order]
        states = np.full(len(order), automaton.begin, dtype=np.int32)
        longest = int(lengths[0]) if len(lengths) else 0
        going_on = np.searchsorted(-lengths, -np.arange(longest), side="left")
        rows = np.arange(len(order))
        for column in range(longest):
            if column % _DROP_EVERY == 0:
                rows = rows[states[rows] != FOUND]
            rows = rows[: np.searchsorted(rows, going_on[column])]
            if not len(rows):
                break
            states[rows] = self._step(states[rows], classes[starts[rows] + column])
        found = np.empty(len(order), dtype=np.bool_)
        found[order] = automaton.accepts_at_end()[states]
        return found

    def _step(self, states: NDArray[np.int32], kinds: Positions) -> NDArray[np.int32]:
        automaton = self._automaton
        following = automaton.table[states, kinds]
        if (following == UNKNOWN).any():
            unknown = following == UNKNOWN
            for state, kind in set(zip(states[unknown].tolist(), kinds[unknown].tolist(), strict=True)):
                automaton.work_out(state, kind)
            following = automaton.table[states, kinds]
        return following
