"""The list of datasets that runs took: once for each context, of one's own experiments, whatever became of the runs."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from tests.tracking.datasets.library import Library
from tidemill.core.database import Tx
from tidemill.tracking import InputDatasets

RUNS = 40

Taken = Sequence[tuple[int, str, str, Sequence[str]]]
"""Experiment, name, digest, and the contexts in which its runs took it, in turn."""


def summaries(library: Library, *experiment_ids: int) -> list[tuple[int, str, str, str]]:
    async def ask() -> list[tuple[int, str, str, str]]:
        found = await InputDatasets(library.database).summaries(library.scope, experiment_ids)
        return [(each.experiment_id, each.name, each.digest, each.context) for each in found]

    return asyncio.run(ask())


def take(library: Library, taken: Taken) -> None:
    """Put runs with inputs straight into the tables."""

    def unit(tx: Tx) -> None:
        for dataset_id, (experiment_id, name, digest, contexts) in enumerate(taken, start=1):
            tx.sql(
                """INSERT INTO input_datasets (id, experiment_id, name, digest, source_type, source)
                VALUES (?, ?, ?, ?, '', '')""",
                (dataset_id, experiment_id, name, digest),
            )
            ids = [dataset_id * RUNS + place for place in range(RUNS if contexts else 0)]
            tx.sql_many(
                """INSERT INTO runs (id, workspace_id, experiment_id, uuid, name, user_id, status, lifecycle_stage,
                artifact_uri) VALUES (?, ?, ?, ?, '', '', 'FINISHED', 'deleted', '')""",
                [(id_, 2 if experiment_id == 20 else 1, experiment_id, f"{id_:032x}") for id_ in ids],
            )
            tx.sql_many(
                "INSERT INTO run_dataset_inputs (run_id, dataset_id, context) VALUES (?, ?, ?)",
                [(id_, dataset_id, contexts[place % len(contexts)]) for place, id_ in enumerate(ids)],
            )

    library.database.write_now(unit)


@pytest.fixture(autouse=True)
def cleared(library: Library) -> Iterator[None]:
    yield
    for table in ("runs", "input_datasets"):
        library.database.write_now(lambda tx, of=table: tx.sql(f"DELETE FROM {of}"))


def test_a_dataset_is_listed_once_for_each_context(library: Library) -> None:
    take(library, [(10, "b", "1", ["train", "eval", ""]), (10, "B", "2", ["", "x"]), (11, "a", "1", ["train"])])
    in_10 = [(10, "B", "2", ""), (10, "B", "2", "x")] + [(10, "b", "1", each) for each in ("", "eval", "train")]
    assert summaries(library, 10) == in_10
    assert summaries(library, 11, 10, 11) == [*in_10, (11, "a", "1", "train")]


def test_datasets_that_no_run_took_are_not_listed(library: Library) -> None:
    take(library, [(10, "unused", "1", []), (10, "used", "1", ["train"])])
    assert summaries(library, 10) == [(10, "used", "1", "train")]


def test_other_workspaces_are_left_out(library: Library, neighbor: Library) -> None:
    take(library, [(10, "mine", "1", [""]), (20, "theirs", "1", [""])])
    assert summaries(library, 10, 20, 2**31 - 1) == [(10, "mine", "1", "")]
    assert summaries(neighbor, 10, 20) == [(20, "theirs", "1", "")]


def test_only_the_first_thousand_are_listed(library: Library) -> None:
    def unit(tx: Tx) -> None:
        tx.sql_many(
            """INSERT INTO input_datasets (id, experiment_id, name, digest, source_type, source)
            VALUES (?, 10, ?, '', '', '')""",
            [(id_, f"{id_:04}") for id_ in range(1, 1101)],
        )
        tx.sql(
            """INSERT INTO runs (id, workspace_id, experiment_id, uuid, name, user_id, status, lifecycle_stage,
            artifact_uri) VALUES (1, 1, 10, 'r', '', '', 'FINISHED', 'active', '')"""
        )
        tx.sql_many(
            "INSERT INTO run_dataset_inputs (run_id, dataset_id, context) VALUES (1, ?, '')",
            [(id_,) for id_ in range(1, 1101)],
        )

    library.database.write_now(unit)
    assert [name for _, name, _, _ in summaries(library, 10)] == [f"{id_:04}" for id_ in range(1, 1001)]
