"""P1, P3 and P14: kill -9 at any moment loses, doubles and tears nothing, and leaves nothing that is in the way.

Four clients write all kinds of things at once while the server is killed again and again; two of them send a
write again until it is acknowledged, two never do.
"""

import random
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.plugins.server import TidemillProcess, on_postgres
from tests.promises.clients import API, KINDS, Client, Ledger, Verdict, judge
from tests.promises.wire import Connection

SEED = 14
KILLS = {"sqlite": 20, "postgresql": 6}
MOMENTS_S = (0.02, 0.4)  # after the server is ready
CLIENTS = 4

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@dataclass
class Ordeal:
    """What happened to a server and its clients."""

    ledgers: list[Ledger] = field(default_factory=list[Ledger])
    verdicts: list[Verdict] = field(default_factory=list[Verdict])
    starts: list[float] = field(default_factory=list[float])
    orphans: list[str] = field(default_factory=list[str])
    damage: list[str] = field(default_factory=list[str])


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
def ordeal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ordeal]:
    """A server that has been killed many times amid the work of its clients, and what was found afterwards."""
    folder = tmp_path_factory.mktemp("ordeal") / "data"
    kills = KILLS[request.param]
    if request.param == "sqlite":
        with TidemillProcess(folder) as server:
            yield _endured(server, kills)
    else:
        stores = on_postgres(request.getfixturevalue("postgres"), request.getfixturevalue("s3_endpoint"))
        with stores as flags, TidemillProcess(folder, *flags) as server:
            yield _endured(server, kills)


def test_every_client_had_writes_of_every_kind_acknowledged(ordeal: Ordeal) -> None:
    for ledger in ordeal.ledgers:
        assert ledger.refusals == []
        for kind in KINDS:
            assert set(ledger.of_kind(kind)) & ledger.acknowledged, f"{ledger.name} had no {kind} acknowledged"


def test_writes_were_under_way_when_the_server_was_killed(ordeal: Ordeal) -> None:
    unanswered = [len(ledger.sent) - len(ledger.acknowledged) for ledger in ordeal.ledgers if not ledger.repeats]
    assert sum(unanswered) > len(ordeal.starts) / 2


def test_nothing_acknowledged_is_lost(ordeal: Ordeal) -> None:
    assert [entry for verdict in ordeal.verdicts for entry in verdict.lost] == []


def test_what_is_sent_until_it_is_acknowledged_is_stored(ordeal: Ordeal) -> None:
    for ledger in ordeal.ledgers:
        if ledger.repeats:
            assert ledger.acknowledged == set(ledger.sent)


def test_nothing_is_stored_twice(ordeal: Ordeal) -> None:
    assert [entry for verdict in ordeal.verdicts for entry in verdict.duplicated] == []


def test_no_call_is_stored_in_part(ordeal: Ordeal) -> None:
    assert [entry for verdict in ordeal.verdicts for entry in verdict.torn] == []


def test_no_process_outlives_the_server(ordeal: Ordeal) -> None:
    assert ordeal.orphans == []


def test_every_start_after_a_kill_works_and_is_quick(ordeal: Ordeal) -> None:
    assert len(ordeal.starts) in KILLS.values()
    assert sorted(ordeal.starts)[len(ordeal.starts) // 2] < 5


def test_the_database_is_sound(ordeal: Ordeal) -> None:
    assert ordeal.damage == []


def _endured(server: TidemillProcess, kills: int) -> Ordeal:
    chance = random.Random(SEED)  # noqa: S311 - the same moments in every run
    connection = Connection(server.uri)
    experiment = connection.call("POST", f"{API}/experiments/create", {"name": "ordeal"}).ok()["experiment_id"]
    connection.close()
    clients = [
        Client(f"client{number}", lambda: server.uri, experiment, repeats=number % 2 == 0) for number in range(CLIENTS)
    ]
    ordeal = Ordeal([client.ledger for client in clients])
    for client in clients:
        client.start()
    try:
        for _ in range(kills):
            time.sleep(chance.uniform(*MOMENTS_S))
            server.kill9()
            ordeal.orphans += [" ".join(process.cmdline()) for process in server.processes()]
            began = time.monotonic()
            server.start()
            ordeal.starts.append(time.monotonic() - began)
    finally:
        for client in clients:
            client.stop()
    ordeal.verdicts = [judge(server.uri, ledger) for ledger in ordeal.ledgers]
    server.terminate()
    ordeal.damage = _damage(server)
    return ordeal


def _damage(server: TidemillProcess) -> list[str]:
    path = server.data_dir / "tidemill.db"
    if not path.exists():
        return []
    with sqlite3.connect(path) as database:
        found = [row[0] for row in database.execute("PRAGMA integrity_check")]
        found += [str(row) for row in database.execute("PRAGMA foreign_key_check")]
    database.close()
    return [line for line in found if line != "ok"]
