"""Regular expressions that take time in proportion to what they are searched for in, whatever they are.

A subset of Python's (without back references and look-around), run as a finite automaton over many lines at once.
"""

from tidemill.compute.logs.expressions.matching import Matcher
from tidemill.compute.logs.expressions.nodes import Node, literal_in
from tidemill.compute.logs.expressions.parsing import parse

__all__ = ["Matcher", "Node", "literal_in", "parse"]
