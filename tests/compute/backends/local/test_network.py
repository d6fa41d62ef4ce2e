"""What processes receive and send over TCP is counted by socket, and stays counted when a socket is closed."""

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing

import pytest

from tidemill.compute.backends.contract import new_key
from tidemill.compute.backends.local.namespaces import moved_by_interfaces
from tidemill.compute.backends.local.network import NetworkMeter
from tidemill.compute.backends.local.sockets import TcpSocket, held_sockets, tcp_sockets

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of sockets")
MB = 1_000_000
INTERFACES = """\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 7777       5    0    0    0     0          0         0     7777       5    0    0    0     0       0          0
  eth0: 1200       9    0    0    0     0          0         0      340       4    0    0    0     0       0          0
veth1@if2:  34     1    0    0    0     0          0         0        5       1    0    0    0     0       0          0
"""  # noqa: E501 - as the kernel writes it


class Connection:
    """Both ends of a connection over loopback."""

    def __init__(self, family: socket.AddressFamily = socket.AF_INET) -> None:
        with socket.create_server(("127.0.0.1" if family == socket.AF_INET else "::1", 0), family=family) as server:
            self.near = socket.create_connection(server.getsockname()[:2])
            self.far, _ = server.accept()

    def carries(self, size: int) -> None:
        """From the near end to the far one."""
        for _ in range(size // 10_000):
            self.near.sendall(bytes(10_000))
            left = 10_000
            while left:
                left -= len(self.far.recv(left))

    def close(self) -> None:
        self.near.close()
        self.far.close()


class Told:
    """Stands for the kernel: tells what the test says of the sockets."""

    def __init__(self) -> None:
        self.sockets: Mapping[int, TcpSocket] | None = {}

    def __call__(self) -> Mapping[int, TcpSocket] | None:
        return self.sockets


class Watched:
    """This process as a meter sees it, each time as if a round had passed."""

    def __init__(self, dump: Callable[[], Mapping[int, TcpSocket] | None] = tcp_sockets) -> None:
        self.meter, self.key = NetworkMeter(dump), new_key()

    def moved(self) -> tuple[int, int] | None:
        time.sleep(0.3)
        return self.meter.moved(self.meter.look(), self.key, [os.getpid()])

    def amounts(self) -> tuple[int, int]:
        moved = self.moved()
        assert moved is not None
        return moved


@pytest.fixture
def connection() -> Iterator[Connection]:
    with closing(Connection()) as connection:
        yield connection


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_the_kernel_tells_what_went_through_a_socket(family: socket.AddressFamily) -> None:
    with closing(Connection(family)) as connection:
        connection.carries(MB)
        time.sleep(0.1)  # the last acknowledgement
        sockets = tcp_sockets()
        assert sockets is not None
        by_inode = {each.inode: each for each in sockets.values()}
        near, far = (by_inode[os.fstat(end.fileno()).st_ino] for end in (connection.near, connection.far))
        assert {near.inode, far.inode} <= held_sockets([os.getpid()])
    assert near.sent_bytes == pytest.approx(MB, abs=2)  # the begin and the end of a connection are a byte each
    assert (near.received_bytes, far.sent_bytes, far.received_bytes) == (0, 0, MB)


def test_what_went_through_a_closed_socket_stays_counted(connection: Connection) -> None:
    watched = Watched()
    before = watched.amounts()
    connection.carries(MB)
    open_ = watched.amounts()
    connection.close()
    with closing(Connection()) as another:
        another.carries(MB)
        rounds = [watched.amounts() for _ in range(4)]
    for moved, amount in ((open_, MB), *((each, 2 * MB) for each in rounds)):
        assert moved[0] - before[0] == pytest.approx(amount, abs=4)
        assert moved[1] - before[1] == pytest.approx(amount, abs=4)


def test_a_socket_that_the_kernel_passes_over_once_is_not_counted_twice(connection: Connection) -> None:
    told = Told()
    watched = Watched(told)
    inode = os.fstat(connection.near.fileno()).st_ino
    for shown, expected in (
        ({7: TcpSocket(inode, 5, 50)}, (5, 50)),
        ({}, (5, 50)),
        ({7: TcpSocket(inode, 6, 60)}, (6, 60)),
    ):
        told.sockets = shown
        assert watched.moved() == expected


def test_where_nobody_tells_of_sockets_nothing_is_known_rather_than_zero() -> None:
    told = Told()
    watched = Watched(told)
    assert watched.moved() == (0, 0)
    told.sockets = None
    assert watched.moved() is None


def test_of_a_process_that_we_may_not_look_at_nothing_is_known() -> None:
    meter = NetworkMeter()
    assert meter.moved(meter.look(), new_key(), [2**30]) is None


def test_a_namespace_has_moved_what_its_interfaces_have_but_loopback() -> None:
    assert moved_by_interfaces(INTERFACES) == (1234, 345)
