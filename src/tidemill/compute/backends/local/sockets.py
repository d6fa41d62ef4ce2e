"""The TCP sockets of this machine with what went through each, and which of them a process holds. Linux only.

The kernel is asked through netlink, as `ss -ti` asks it: sock_diag(7), linux/netlink.h, linux/inet_diag.h. One question
a family of addresses tells of all sockets in our network namespace, whoever they belong to, and needs no privilege.
`struct tcp_info` of linux/tcp.h only grows at its end, so that places in it are those of every kernel since 4.1.
"""

import os
import socket
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

_SOCK_DIAG = 4
"""NETLINK_SOCK_DIAG"""
_BY_FAMILY = 20
"""SOCK_DIAG_BY_FAMILY"""
_DUMP = 0x301
"""NLM_F_REQUEST | NLM_F_DUMP"""
_ERROR, _DONE = 2, 3
"""NLMSG_ERROR, NLMSG_DONE"""
_INFO = 2
"""INET_DIAG_INFO"""
_CONNECTED = sum(1 << state for state in (1, 4, 5, 8, 9, 11))
"""Established, and all in which an end or both is being closed. What only listens has no counters."""
_REQUEST = struct.Struct("=IHHII BBBxI48x")
"""struct nlmsghdr and struct inet_diag_req_v2 with an empty socket id."""
_HEADER = struct.Struct("=IH10x")
_SOCKET = struct.Struct("=IH10x 44xQ16xI")
"""struct nlmsghdr and struct inet_diag_msg: length, type, the socket's cookie, its inode."""
_ATTRIBUTE = struct.Struct("=HH")
_COUNTERS = struct.Struct("=120xQQ")
"""tcpi_bytes_acked and tcpi_bytes_received of struct tcp_info."""
_BUFFER_BYTES = 64 * 1024
"""The kernel fills up to 32 KiB at once."""
_PATIENCE_S = 2.0
_LINK = b"socket:["


class TcpSocket(NamedTuple):
    """What went through a socket since it was opened."""

    inode: int
    """0 where no process holds it any more, or has accepted it yet."""
    received_bytes: int
    sent_bytes: int
    """Those that the other end has acknowledged: what is sent again counts once."""


def tcp_sockets() -> Mapping[int, TcpSocket] | None:
    """Every connected socket over IPv4 and IPv6, loopback included, by its cookie, which no other socket ever has.

    None where the kernel does not tell: another system than Linux, or a sandbox without netlink.
    """
    if sys.platform != "linux":
        return None
    found: dict[int, TcpSocket] = {}
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as asked:
            asked.settimeout(_PATIENCE_S)
            for family in (socket.AF_INET, socket.AF_INET6):
                request = (_REQUEST.size, _BY_FAMILY, _DUMP, 0, 0)
                asked.send(_REQUEST.pack(*request, family, socket.IPPROTO_TCP, 1 << (_INFO - 1), _CONNECTED))
                found.update(_answers(asked))
    except (OSError, struct.error):
        return None
    return found


def held_sockets(pids: Iterable[int]) -> set[int]:
    """The inodes of the sockets that these processes hold, of any kind; of those that we may look at."""
    found: set[int] = set()
    for pid in pids:
        folder = f"/proc/{pid}/fd".encode()
        for name in _names(folder):
            try:
                link = os.readlink(folder + b"/" + name)
            except OSError:  # closed meanwhile
                continue
            if link.startswith(_LINK):
                found.add(int(link[len(_LINK) : -1]))
    return found


def _answers(asked: socket.socket) -> Iterator[tuple[int, TcpSocket]]:
    """The sockets in the parts of an answer, until the kernel says that it is whole. Raises OSError, struct.error."""
    buffer = bytearray(_BUFFER_BYTES)
    while True:
        size, at = asked.recv_into(buffer), 0
        while at < size:
            length, kind = _HEADER.unpack_from(buffer, at)
            if kind == _DONE:
                return
            if kind == _ERROR or length < _HEADER.size:
                raise OSError("the kernel does not tell of sockets")
            if kind == _BY_FAMILY:
                _, _, cookie, inode = _SOCKET.unpack_from(buffer, at)
                if counters := _counters(buffer, at + _SOCKET.size, at + length):
                    sent, received = counters
                    yield cookie, TcpSocket(inode, received, sent)
            at += _padded(length)


def _counters(buffer: bytearray, at: int, end: int) -> tuple[int, int] | None:
    """Bytes sent and received, out of the attributes that lie here; None where there are none, as of old kernels."""
    while at < end:
        length, kind = _ATTRIBUTE.unpack_from(buffer, at)
        if kind == _INFO and length >= _ATTRIBUTE.size + _COUNTERS.size:
            return _COUNTERS.unpack_from(buffer, at + _ATTRIBUTE.size)
        at += _padded(max(length, _ATTRIBUTE.size))
    return None


def _padded(length: int) -> int:
    """With what is left free behind it: everything begins at a multiple of four bytes."""
    return (length + 3) & ~3


def _names(folder: bytes) -> list[bytes]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
