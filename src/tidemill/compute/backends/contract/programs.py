"""The programs that the suite runs, by what they do."""

import sys
from collections.abc import Sequence

LINE_BYTES = 100


class Programs:
    """Commands that behave as a test needs. A backend that runs no real processes gives its own."""

    def exits(self, code: int = 0) -> Sequence[str]:
        """Ends at once with this code."""
        return "sh", "-c", f"exit {code}"

    def kills_itself(self, signal: int) -> Sequence[str]:
        return "sh", "-c", f"kill -{signal} $$"

    def is_not_there(self) -> Sequence[str]:
        """A command that cannot be had."""
        return ("no-such-program-anywhere",)

    def says(self, *lines: str) -> Sequence[str]:
        """Prints these lines to its standard output."""
        return "printf", "%s\\n", *lines

    def waits(self) -> Sequence[str]:
        """Says "ready", and runs until it is asked to end."""
        return "sh", "-c", "echo ready; exec sleep 600"

    def says_goodbye(self) -> Sequence[str]:
        """Says "ready", and when it is asked to end says "goodbye" and ends with code 0."""
        code = "trap 'echo goodbye; exit 0' TERM; echo ready; while :; do sleep 0.02; done"
        return "sh", "-c", f"exec 2>/dev/null; {code}"  # the shell tells of each child that a signal ends

    def is_stubborn(self) -> Sequence[str]:
        """Says "ready", and does not end when it is asked to."""
        return "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 600; done"

    def shows(self, *variables: str) -> Sequence[str]:
        """Prints the values of these environment variables, a line each; "-" for one that is not there."""
        return "sh", "-c", "; ".join(f'echo "${{{name}--}}"' for name in variables)

    def shows_file(self, path: str) -> Sequence[str]:
        """Prints a file of its work folder."""
        return "cat", path

    def pours(self, lines: int) -> Sequence[str]:
        """Prints so many lines, each its number in LINE_BYTES bytes with the line feed, as fast as it can."""
        return sys.executable, "-I", "-S", "-c", f"for n in range({lines}): print(f'{{n:0{LINE_BYTES - 1}}}')"

    def takes_memory(self, size: int) -> Sequence[str]:
        """Fills so many bytes of memory, says "full", and runs until it is asked to end."""
        code = f"import time; kept = b'x' * {size}; print('full', flush=True); time.sleep(600)"
        return sys.executable, "-I", "-S", "-c", code

    def leaves_a_child(self) -> Sequence[str]:
        """Starts a process in a session of its own that ignores being asked to end, prints its pid, and ends."""
        return "sh", "-c", "trap '' TERM; setsid sleep 600 & echo $!"

    def has_a_child(self) -> Sequence[str]:
        """The same, and runs until it is asked to end."""
        return "sh", "-c", "(trap '' TERM; exec setsid sleep 600) & echo $!; exec sleep 600"
