"""P10: no request from the network gives a 5xx, a hang over 5 s, a dropped connection or a dead process.

The corpus is made from the route table, so that a new route is attacked from its first day on.
"""

from collections.abc import Iterable

import pytest

from tests.plugins.server import TidemillProcess
from tests.promises.hostile import PARTS, Attack, attacks, huge_attacks
from tests.promises.table import Place, make_place
from tests.promises.wire import Connection, DroppedError
from tidemill.core.web import Route

HANG_S = 5
NOT_IMPLEMENTED = 501  # what this store cannot do, as MLflow's clients expect to be told


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", PARTS)
def test_no_message_address_query_or_header_brings_it_down(
    server: TidemillProcess, routes: tuple[Route, ...], part: str
) -> None:
    host = Connection(server.uri).host
    faults, count = faults_of(server, attacks(part, routes, lambda: make_place(server.uri), host))
    assert faults == []
    assert count > 500
    assert server.is_running


@pytest.mark.slow
def test_ten_megabytes_of_text_do_not_bring_it_down(
    server: TidemillProcess, place: Place, routes: tuple[Route, ...]
) -> None:
    faults, count = faults_of(server, huge_attacks(routes, place, Connection(server.uri).host))
    assert faults == []
    assert count > 5


def faults_of(server: TidemillProcess, corpus: Iterable[Attack]) -> tuple[list[str], int]:
    """Send a whole corpus; says what went wrong, and how many requests there were."""
    connection, faults, count = Connection(server.uri), list[str](), 0
    for attack in corpus:
        count += 1
        fault = fault_of(connection, attack)
        if fault is not None:
            faults.append(f"{attack.name} -> {fault}")
    connection.close()
    return faults, count


def fault_of(connection: Connection, attack: Attack) -> str | None:
    try:
        answer = connection.send(attack.request, attack.method)
    except DroppedError as error:
        return str(error)
    if answer.status >= 500 and answer.status != NOT_IMPLEMENTED:
        return f"{answer.status} {answer.body[:300]!r}"
    return f"{answer.seconds:.1f} s" if answer.seconds > HANG_S else None
