"""An expression as a finite automaton, whose states are worked out when a text first leads to them.

The expression becomes a program of single steps (Thompson's construction); a state of the automaton is the set of
steps at which a match may stand. There are only so many states that are worked out, and each costs at most the length
of the program: so neither expression nor text can make it slow.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tidemill.compute.logs.expressions.nodes import MOST_CODE_POINT, Chain, Chars, Choice, Edge, Node, Ranges
from tidemill.kit.errors import InvalidError

MOST_STEPS = 3000
MOST_STATES = 3000
UNKNOWN, FOUND = -1, 0
"""A transition that is not worked out yet, and the state of a text in which a match is found."""

Codes = NDArray[np.uint32]


@dataclass(slots=True)
class _Step:
    """One step of the program: a character of `ranges`, an edge (`end` or not), or none; then on to any of `nexts`."""

    nexts: list[int]
    ranges: Ranges | None = None
    edge: bool | None = None


_MATCH = -1


class Automaton:
    """Goes from state to state by classes of characters, between which the expression makes no difference."""

    def __init__(self, node: Node) -> None:
        self._steps: list[_Step] = []
        self._first = self._add(node, _MATCH)
        self._class_of, self._members = self._classified()
        self._states: dict[tuple[frozenset[int], bool], int] = {}
        self._sets: list[frozenset[int]] = [frozenset()]
        self._at_end: list[bool] = [True]
        self.table = np.full((16, self._members.shape[1]), UNKNOWN, dtype=np.int32)
        self.table[FOUND] = FOUND
        self.begin = self._state(frozenset({self._first}), at_begin=True)

    def classes(self, codes: Codes) -> NDArray[np.intp]:
        """The class of each character."""
        return self._class_of[codes].astype(np.intp)

    def work_out(self, state: int, kind: int) -> None:
        """Fill in where a state leads to by a character of this class. Raises InvalidError over the limit."""
        members = self._members
        after = {step for at in self._sets[state] if members[at, kind] for step in self._steps[at].nexts}
        self.table[state, kind] = self._state(frozenset(after | {self._first}), at_begin=False)

    def accepts_at_end(self) -> NDArray[np.bool_]:
        """By state: whether a text that ends in it matches."""
        return np.array(self._at_end, dtype=np.bool_)

    def _state(self, steps: frozenset[int], *, at_begin: bool) -> int:
        chars, is_found = self._reached(steps, at_begin=at_begin, at_end=False)
        if is_found:
            return FOUND
        _, at_end = self._reached(steps, at_begin=at_begin, at_end=True)
        key = (chars, at_end)
        if key not in self._states:
            if len(self._sets) >= MOST_STATES:
                raise InvalidError(
                    "the expression is too complex for this log", hint="search for something shorter, or repeat less"
                )
            self._states[key] = len(self._sets)
            self._sets.append(chars)
            self._at_end.append(at_end)
            if len(self._sets) > len(self.table):
                self.table = np.vstack([self.table, np.full_like(self.table, UNKNOWN)])
        return self._states[key]

    def _reached(self, steps: frozenset[int], *, at_begin: bool, at_end: bool) -> tuple[frozenset[int], bool]:
        """The steps that wait for a character, behind those that wait for none; and whether a match is reached."""
        waiting, seen, chars = list(steps), set(steps), set[int]()
        while waiting:
            at = waiting.pop()
            if at == _MATCH:
                return frozenset(), True
            step = self._steps[at]
            if step.ranges is not None:
                chars.add(at)
            elif step.edge is None or (at_end if step.edge else at_begin):
                fresh = [each for each in step.nexts if each not in seen]
                seen.update(fresh)
                waiting += fresh
        return frozenset(chars), False

    def _add(self, node: Node, following: int) -> int:
        """Add the steps of a part before those that follow it; returns where it begins."""
        if isinstance(node, Chars):
            return self._step(_Step([following], ranges=node.ranges))
        if isinstance(node, Edge):
            return self._step(_Step([following], edge=node.is_end))
        if isinstance(node, Chain):
            for part in reversed(node.parts):
                following = self._add(part, following)
            return following
        if isinstance(node, Choice):
            return self._step(_Step([self._add(part, following) for part in node.parts]))
        if node.most is None:
            loop = self._step(_Step([following]))
            self._steps[loop].nexts.append(self._add(node.part, loop))
            following = loop
        else:
            end = following
            for _ in range(node.most - node.least):
                following = self._step(_Step([end, self._add(node.part, following)]))
        for _ in range(node.least):
            following = self._add(node.part, following)
        return following

    def _step(self, step: _Step) -> int:
        if len(self._steps) >= MOST_STEPS:
            raise InvalidError("the expression is too long when its repetitions are written out", hint="repeat less")
        self._steps.append(step)
        return len(self._steps) - 1

    def _classified(self) -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
        """The class of each code point, and by step and class whether it takes the class."""
        bounds = {0}
        for step in self._steps:
            for first, last in step.ranges or ():
                bounds |= {first, last + 1}
        starts = sorted(bound for bound in bounds if bound <= MOST_CODE_POINT)
        class_of = np.zeros(MOST_CODE_POINT + 1, dtype=np.uint16)
        class_of[starts[1:]] = 1
        class_of = np.cumsum(class_of, dtype=np.uint16)
        members = np.zeros((len(self._steps), len(starts)), dtype=np.bool_)
        for row, step in zip(members, self._steps, strict=True):
            for first, last in step.ranges or ():
                row[class_of[first] : class_of[last] + 1] = True
        return class_of, members
