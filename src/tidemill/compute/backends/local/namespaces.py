"""Network namespaces: which one a process is in, and what went through the interfaces of one. Linux only."""

import os

LOOPBACK = "lo"


def namespace_of(pid: int | str) -> str | None:
    """The name of the namespace that a process is in; None where there is no such process, or we may not look."""
    try:
        return os.readlink(f"/proc/{pid}/ns/net")
    except OSError:
        return None


def moved_in_namespace(pid: int) -> tuple[int, int] | None:
    """Bytes received and sent by all that is in this process's namespace; None where that is not known."""
    try:
        with open(f"/proc/{pid}/net/dev", encoding="utf-8", errors="replace") as file:
            return moved_by_interfaces(file.read())
    except (OSError, ValueError, IndexError):
        return None


def moved_by_interfaces(text: str) -> tuple[int, int]:
    """Bytes received and sent by all interfaces but loopback, as /proc/<pid>/net/dev has them: proc_pid_net(5).

    Below two lines of titles stands a line an interface: its name, eight numbers of what it received, the first of
    which are bytes, and eight of what it sent. Raises ValueError and IndexError for anything else.
    """
    received = sent = 0
    for line in text.splitlines()[2:]:
        name, _, numbers = line.rpartition(":")
        if name.strip() != LOOPBACK:
            words = numbers.split()
            received += int(words[0])
            sent += int(words[8])
    return received, sent
