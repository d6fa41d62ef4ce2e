"""What was deleted long ago goes for good and whole; everything else stays."""

from tests.tracking.retention.conftest import MINE, THEIRS, World, wait
from tidemill.core.database import Tx
from tidemill.tracking import Freed, Removed, Tag

_ADD_DELETED_RUN = """
INSERT INTO runs (workspace_id, experiment_id, uuid, name, user_id, status, artifact_uri, lifecycle_stage, deleted_ms)
VALUES (?, ?, ?, '', '', 'FINISHED', '', 'deleted', ?)
"""


def remove(world: World, before_ms: int) -> Removed:
    return wait(world.retention.remove(MINE, before_ms, lambda removed: None))


def counts(removed: Removed) -> tuple[int, int, int, int, int]:
    return removed.experiments, removed.runs, removed.models, removed.files, removed.bytes


class TestRuns:
    def test_deleted_before_the_instant_go_with_all_that_hangs_on_them(self, world: World) -> None:
        experiment = world.experiment("e")
        kept = world.run(experiment, {"kept.txt": b"kept"})
        before = world.rows()
        old = world.run(experiment, {"a.txt": b"12345", "plots/b.png": b"678"})
        wait(world.runs.delete(MINE, old))
        assert counts(remove(world, world.time.now + 1)) == (0, 1, 0, 2, 8)
        assert world.run_ids() == {kept}
        assert world.rows() == before

    def test_deleted_at_the_instant_or_after_it_stay_and_can_be_restored(self, world: World) -> None:
        run = world.run(world.experiment("e"))
        wait(world.runs.delete(MINE, run))
        assert counts(remove(world, world.time.now)) == (0, 0, 0, 0, 0)
        wait(world.runs.restore(MINE, run))
        assert counts(remove(world, world.time.now + 1)) == (0, 0, 0, 0, 0)

    def test_of_another_workspace_stay(self, world: World) -> None:
        theirs = world.run(world.experiment("e", scope=THEIRS), {"a.txt": b"1"}, scope=THEIRS)
        wait(world.runs.delete(THEIRS, theirs))
        assert counts(remove(world, world.time.now + 1)) == (0, 0, 0, 0, 0)
        assert world.run_ids() == {theirs}

    def test_go_in_transactions_that_each_leave_whole_runs(self, world: World) -> None:
        experiment = world.experiment("e")
        rows = [(MINE.workspace_id, experiment, f"{number:032}", world.time.now) for number in range(450)]
        world.database.write_now(lambda tx: tx.sql_many(_ADD_DELETED_RUN, rows))
        seen: list[int] = []
        removed = wait(world.retention.remove(MINE, world.time.now + 1, lambda so_far: seen.append(so_far.runs)))
        assert removed.runs == 450
        assert len(seen) >= 3
        assert seen == sorted(seen)
        assert world.run_ids() == set()

    def test_whose_files_lie_in_a_folder_that_is_not_theirs_take_no_files_along(self, world: World) -> None:
        experiment = world.experiment("e")
        run = world.run(experiment, {"a.txt": b"1"})
        wait(world.runs.delete(MINE, run))
        elsewhere = f"UPDATE runs SET artifact_uri = 'mlflow-artifacts:/{experiment}' WHERE uuid = '{run}'"
        world.database.write_now(lambda tx: tx.sql(elsewhere))
        assert counts(remove(world, world.time.now + 1)) == (0, 1, 0, 0, 0)
        assert world.rows()["artifact_files"] == 1


class TestExperimentsAndModels:
    def test_an_experiment_takes_its_runs_models_and_loose_files_along(self, world: World) -> None:
        before = world.rows()
        experiment = world.experiment("e", Tag("team", "a"))
        world.run(experiment, {"a.txt": b"1"})
        world.model(experiment, {"MLmodel": b"22"})
        world.put(f"mlflow-artifacts:/{experiment}", {"loose.txt": b"333"})
        wait(world.experiments.delete(MINE, experiment))
        assert counts(remove(world, world.time.now + 1)) == (1, 1, 1, 3, 6)
        assert world.rows() == before

    def test_a_model_goes_by_itself(self, world: World) -> None:
        experiment = world.experiment("e")
        gone, kept = world.model(experiment, {"MLmodel": b"1"}), world.model(experiment, {"MLmodel": b"1"})
        wait(world.models.delete(MINE, gone))
        assert counts(remove(world, world.time.now + 1)) == (0, 0, 1, 1, 1)
        assert wait(world.models.get(MINE, kept)).uuid == kept
        assert world.rows()["artifact_files"] == 1

    def test_the_name_is_free_again_afterwards(self, world: World) -> None:
        wait(world.experiments.delete(MINE, world.experiment("taken")))
        remove(world, world.time.now + 1)
        assert world.experiment("taken")

    def test_the_survey_says_beforehand_what_goes_and_changes_nothing(self, world: World) -> None:
        doomed = world.experiment("doomed")
        for _ in range(3):
            world.run(doomed, {"a.txt": b"123"})
        wait(world.experiments.delete(MINE, doomed))
        kept = world.experiment("kept")
        single = world.run(kept, {"b.txt": b"4"})
        world.run(kept, {"c.txt": b"5"})
        wait(world.runs.delete(MINE, single))
        before = world.rows()
        survey = wait(world.retention.survey(MINE, world.time.now + 1))
        assert world.rows() == before
        assert counts(survey) == (1, 4, 0, 4, 10)
        assert counts(remove(world, world.time.now + 1)) == counts(survey)


class TestByTag:
    def test_tagged_experiments_go_at_once_whatever_their_stage_and_others_stay(self, world: World) -> None:
        mine = [world.experiment(f"demo {number}", Tag("demo", "true")) for number in range(2)]
        other = world.experiment("other", Tag("note", "demo"))
        runs = [world.run(experiment, {"a.txt": b"1"}) for experiment in (*mine, other)]
        deleted = world.run(other)
        wait(world.runs.delete(MINE, deleted))
        wait(world.experiments.delete(MINE, mine[0]))
        removed = wait(world.retention.remove_tagged(MINE, "demo", lambda so_far: None))
        assert counts(removed) == (2, 2, 0, 2, 2)
        assert world.run_ids() == {runs[2], deleted}


class TestBytes:
    def test_are_freed_once_no_file_points_to_them(self, world: World) -> None:
        experiment = world.experiment("e")
        run = world.run(experiment, {"own.txt": b"own", "shared.txt": b"shared"})
        world.run(experiment, {"shared.txt": b"shared"})
        world.time.now += 10
        assert wait(world.collector.survey(world.time.now)) == Freed()
        wait(world.runs.delete(MINE, run))
        doomed = wait(world.retention.survey(MINE, world.time.now + 1)).folders
        assert wait(world.collector.survey(world.time.now, doomed)) == Freed(1, 3)
        remove(world, world.time.now + 1)
        assert wait(world.collector.collect(world.time.now, lambda freed: None)) == Freed(1, 3)
        assert wait(world.collector.collect(world.time.now, lambda freed: None)) == Freed()

    def test_that_were_put_lately_stay_even_if_nothing_points_to_them_yet(self, world: World) -> None:
        run = world.run(world.experiment("e"), {"a.txt": b"1"})
        world.database.write_now(_forget_files)
        assert wait(world.collector.collect(world.time.now, lambda freed: None)) == Freed()
        assert wait(world.collector.collect(world.time.now + 1, lambda freed: None)) == Freed(1, 1)
        assert world.run_ids() == {run}

    def test_that_another_workspace_uses_stay(self, world: World) -> None:
        world.run(world.experiment("e", scope=THEIRS), {"a.txt": b"same"}, scope=THEIRS)
        run = world.run(world.experiment("e"), {"a.txt": b"same"})
        wait(world.runs.delete(MINE, run))
        world.time.now += 10
        doomed = wait(world.retention.survey(MINE, world.time.now)).folders
        assert wait(world.collector.survey(world.time.now, doomed)) == Freed()


def _forget_files(tx: Tx) -> None:
    tx.sql("DELETE FROM artifact_files")
