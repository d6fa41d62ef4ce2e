"""What versions come of, as lineage; and their files, which stay when what was deleted is removed for good."""

from dataclasses import replace

from tests.registry.catalog.conftest import MINE, World, wait
from tidemill.core.lineage import Direction, Edge, Kind, Thing
from tidemill.registry import NewRegisteredModel, NewVersion, VersionFinding
from tidemill.tracking import Removed


def test_a_version_comes_of_its_run(world: World) -> None:
    world.registered()
    run, folder = world.run()
    version = world.thing(world.version(folder, run_id=run))
    assert world.edges(version, Direction.UP) == [Edge(Thing(Kind.RUN, run), version)]


def test_a_version_comes_of_its_logged_model_and_that_of_its_run(world: World) -> None:
    world.registered()
    run, _ = world.run()
    model, _ = world.logged_model(run)
    version = world.thing(world.version(f"models:/{model}", logged_model_uuid=model))
    logged = Thing(Kind.LOGGED_MODEL, model)
    assert world.edges(version, Direction.UP) == [Edge(logged, version), Edge(Thing(Kind.RUN, run), logged)]


def test_a_run_that_did_not_log_the_model_is_an_origin_too(world: World) -> None:
    world.registered()
    model, _ = world.logged_model(world.run()[0])
    evaluated, _ = world.run()
    version = world.thing(world.version(f"models:/{model}", logged_model_uuid=model, run_id=evaluated))
    assert Edge(Thing(Kind.RUN, evaluated), version) in world.edges(version, Direction.UP)


def test_a_copy_comes_of_its_original_under_whatever_name(world: World) -> None:
    world.registered()
    world.registered("other")
    run, folder = world.run()
    original = world.thing(world.version(folder, run_id=run))
    copy = world.thing(world.version("models:/net/1", "other"), "other")
    wait(world.catalog.models.rename(MINE, "net", "renamed"))
    assert world.edges(copy, Direction.UP) == [Edge(original, copy), Edge(Thing(Kind.RUN, run), original)]
    wait(world.catalog.models.delete(MINE, "renamed"))
    assert world.edges(copy, Direction.UP)[0] == Edge(original, copy)


def test_a_run_that_nobody_knows_is_no_origin(world: World) -> None:
    world.registered()
    version = world.thing(world.version("s3://bucket/key", run_id="nowhere"))
    assert world.edges(version, Direction.UP) == []


def test_a_creating_call_that_is_repeated_makes_one_thing(world: World) -> None:
    model = replace(MINE, idempotency_key="a-model")
    first, again = (wait(world.catalog.models.create(model, NewRegisteredModel(name="net"))) for _ in range(2))
    assert first == again
    scope, new = replace(MINE, idempotency_key="a-version"), NewVersion(name="net", source="s3://bucket/key")
    made = [wait(world.catalog.versions.create(scope, new)) for _ in range(2)]
    assert made[0] == made[1]
    assert wait(world.catalog.models.get(MINE, "net")).last_version == 1


def test_a_deleted_run_stays_while_a_version_needs_its_files(world: World) -> None:
    world.registered()
    run, folder = world.run()
    unneeded, _ = world.run()
    version = world.version(folder, run_id=run)
    for each in (run, unneeded):
        wait(world.runs.delete(MINE, each))
    world.time.now += 1000
    survey = wait(world.retention.survey(MINE, world.time.now))
    assert (survey.runs, survey.kept) == (1, 1)
    removed = wait(world.retention.remove(MINE, world.time.now, _ignore))
    assert (removed.runs, removed.kept) == (1, 1)
    assert wait(world.catalog.versions.download_uri(MINE, "net", version)) == folder
    assert _missing(world) == []
    wait(world.catalog.versions.delete(MINE, "net", version))
    removed = wait(world.retention.remove(MINE, world.time.now, _ignore))
    assert (removed.runs, removed.kept) == (1, 0)


def test_a_deleted_logged_model_stays_while_a_copy_of_its_version_needs_its_files(world: World) -> None:
    world.registered()
    world.registered("copies")
    model, place = world.logged_model()
    world.version(f"models:/{model}", logged_model_uuid=model)
    copy = world.version("models:/net/1", "copies")
    wait(world.models.delete(MINE, model))
    wait(world.catalog.models.delete(MINE, "net"))
    world.time.now += 1000
    assert wait(world.retention.remove(MINE, world.time.now, _ignore)).models == 0
    assert wait(world.catalog.versions.download_uri(MINE, "copies", copy)) == place
    assert _missing(world) == []


def test_an_experiment_stays_with_the_runs_that_stay_in_it(world: World) -> None:
    world.registered()
    experiment = wait(world.experiments.create(MINE, "other", None, []))
    run, folder = world.run(experiment)
    world.run(experiment)
    world.version(folder, run_id=run)
    wait(world.experiments.delete(MINE, experiment))
    empty = wait(world.experiments.create(MINE, "empty", None, []))
    wait(world.experiments.delete(MINE, empty))
    world.time.now += 1000
    survey = wait(world.retention.survey(MINE, world.time.now))
    assert (survey.experiments, survey.runs, survey.kept) == (1, 1, 1)
    removed = wait(world.retention.remove(MINE, world.time.now, _ignore))
    assert (removed.experiments, removed.runs, removed.kept) == (1, 1, 1)
    wait(world.catalog.models.delete(MINE, "net"))
    removed = wait(world.retention.remove(MINE, world.time.now, _ignore))
    assert (removed.experiments, removed.runs, removed.kept) == (1, 1, 0)


def test_a_run_whose_version_lies_elsewhere_is_removed(world: World) -> None:
    world.registered()
    run, _ = world.run()
    world.version("s3://bucket/key", run_id=run)
    wait(world.runs.delete(MINE, run))
    world.time.now += 1000
    assert wait(world.retention.remove(MINE, world.time.now, _ignore)).runs == 1


def test_a_version_without_files_is_found(world: World) -> None:
    world.registered()
    run, folder = world.run()
    world.version(folder, run_id=run)
    world.version(f"{folder}-never-logged", run_id=run)
    world.version("s3://bucket/key")
    assert _missing(world) == [VersionFinding(1, "net/2", f"{folder}-never-logged")]


def _missing(world: World) -> list[VersionFinding]:
    async def find() -> list[VersionFinding]:
        return [found async for found in world.check.findings(MINE)]

    return wait(find())


def _ignore(_so_far: Removed) -> None:
    return None
