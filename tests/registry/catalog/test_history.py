"""The history of what was in production, and what is announced of each change."""

import asyncio

import pytest

from tests.registry.catalog.conftest import MINE, THEIRS, World, wait
from tidemill.kit.errors import ConflictError, InvalidError, NotFoundError
from tidemill.registry import Change, NewVersion, RegistryTag, Turn


def told(world: World, version: int | None = None) -> list[tuple[str, int, str, str, str]]:
    """The history, oldest first: turn, version, alias, before, after."""
    entries = wait(world.catalog.models.history(MINE, "net", version=version))
    happenings = [entry.happening for entry in reversed(entries)]
    return [(each.turn.value, each.version, each.alias, each.before, each.after) for each in happenings]


def test_history_says_which_version_was_in_which_stage_since_when_and_by_whom(world: World) -> None:
    world.registered()
    first, second = world.version(), world.version()
    wait(world.catalog.versions.transition(MINE, "net", first, "production"))
    world.time.now += 60_000
    wait(world.catalog.versions.transition(MINE, "net", second, "Production", archive_existing=True))
    entries = wait(world.catalog.models.history(MINE, "net"))
    assert [(entry.subject, entry.at_ms) for entry in entries] == [
        ("ada", 1_060_000),
        ("ada", 1_060_000),
        ("ada", 1_000_000),
    ]
    assert told(world) == [
        ("stage", 1, "", "None", "Production"),
        ("stage", 1, "", "Production", "Archived"),
        ("stage", 2, "", "None", "Production"),
    ]


def test_history_follows_an_alias_from_version_to_version(world: World) -> None:
    world.registered()
    first, second = world.version(), world.version()
    for version in (first, first, second):
        wait(world.catalog.aliases.set(MINE, "net", "champion", version))
    wait(world.catalog.aliases.delete(MINE, "net", "champion"))
    wait(world.catalog.aliases.delete(MINE, "net", "champion"))
    assert told(world) == [
        ("alias", 1, "champion", "", "1"),
        ("alias", 2, "champion", "1", "2"),
        ("alias", 2, "champion", "2", ""),
    ]
    assert told(world, version=first) == [("alias", 1, "champion", "", "1"), ("alias", 2, "champion", "1", "2")]


def test_what_happens_without_a_change_is_no_history(world: World) -> None:
    world.registered()
    version = world.version()
    wait(world.catalog.versions.transition(MINE, "net", version, "None"))
    assert told(world) == []


def test_a_deleted_version_leaves_its_stage_and_its_aliases_in_the_history(world: World) -> None:
    world.registered()
    version = world.version()
    wait(world.catalog.versions.transition(MINE, "net", version, "Production"))
    wait(world.catalog.aliases.set(MINE, "net", "champion", version))
    wait(world.catalog.versions.delete(MINE, "net", version))
    assert told(world)[2:] == [("alias", 1, "champion", "1", ""), ("stage", 1, "", "Production", "")]


def test_history_stays_with_a_renamed_model_and_is_paged(world: World) -> None:
    world.registered()
    version = world.version()
    for stage in ("Staging", "Production", "Archived"):
        wait(world.catalog.versions.transition(MINE, "net", version, stage))
    wait(world.catalog.models.rename(MINE, "net", "renamed"))
    newest = wait(world.catalog.models.history(MINE, "renamed", limit=2))
    older = wait(world.catalog.models.history(MINE, "renamed", limit=2, before_id=newest[-1].id))
    assert [entry.happening.after for entry in [*newest, *older]] == ["Archived", "Production", "Staging"]
    assert all(entry.happening.turn is Turn.STAGE for entry in newest)


def test_each_change_is_announced_with_what_it_is_about(world: World) -> None:
    world.registered("net", RegistryTag("team", "a"))
    version = world.version(tags=(RegistryTag("k", "v"),), description="words")
    catalog = world.catalog
    wait(catalog.models.set_tag(MINE, "net", RegistryTag("a", "b")))
    wait(catalog.versions.set_tag(MINE, "net", version, RegistryTag("a", "b")))
    wait(catalog.versions.transition(MINE, "net", version, "staging"))
    wait(catalog.aliases.set(MINE, "net", "champion", version))
    wait(catalog.aliases.delete(MINE, "net", "champion"))
    wait(catalog.models.delete_tag(MINE, "net", "a"))
    wait(catalog.versions.delete_tag(MINE, "net", version, "a"))
    wait(catalog.versions.delete(MINE, "net", version))
    wait(catalog.models.rename(MINE, "net", "other"))
    wait(catalog.models.delete(MINE, "other"))
    heard = [(each.change, each.name, each.version) for each in world.heard]
    assert heard == [
        (Change.MODEL_CREATED, "net", 0),
        (Change.VERSION_CREATED, "net", 1),
        (Change.MODEL_TAG_SET, "net", 0),
        (Change.VERSION_TAG_SET, "net", 1),
        (Change.STAGE_CHANGED, "net", 1),
        (Change.ALIAS_SET, "net", 1),
        (Change.ALIAS_DELETED, "net", 1),
        (Change.MODEL_TAG_DELETED, "net", 0),
        (Change.VERSION_TAG_DELETED, "net", 1),
        (Change.VERSION_DELETED, "net", 1),
        (Change.MODEL_RENAMED, "other", 0),
        (Change.MODEL_DELETED, "other", 0),
    ]
    created, moved = world.heard[1].details, world.heard[4].details
    assert (created["source"], created["tags"], created["description"]) == ("s3://bucket/key", {"k": "v"}, "words")
    assert (moved["from_stage"], moved["to_stage"]) == ("None", "Staging")


def test_prompts_are_announced_as_prompts(world: World) -> None:
    prompt = RegistryTag("mlflow.prompt.is_prompt", "true")
    name = world.registered("prompt", prompt)
    text = RegistryTag("mlflow.prompt.text", "Hello {{who}}")
    version = world.version("dummy-source", name, tags=(prompt, text))
    wait(world.catalog.aliases.set(MINE, name, "live", version))
    wait(world.catalog.versions.set_tag(MINE, name, version, RegistryTag("k", "v")))
    assert [each.change for each in world.heard] == [
        Change.PROMPT_CREATED,
        Change.PROMPT_VERSION_CREATED,
        Change.PROMPT_ALIAS_CREATED,
        Change.PROMPT_VERSION_TAG_SET,
    ]
    assert world.heard[1].details["template"] == "Hello {{who}}"


def test_who_is_told_may_refuse_and_then_nothing_has_happened(world: World) -> None:
    world.registered()
    version = world.version()
    world.refusal = ConflictError("not today", hint="come back tomorrow")
    for work in (
        world.catalog.versions.transition(MINE, "net", version, "Production"),
        world.catalog.aliases.set(MINE, "net", "champion", version),
        world.catalog.versions.create(MINE, NewVersion(name="net", source="s3://b/k")),
        world.catalog.versions.delete(MINE, "net", version),
        world.catalog.models.rename(MINE, "net", "other"),
        world.catalog.models.delete(MINE, "net"),
    ):
        with pytest.raises(ConflictError, match="not today"):
            wait(work)
    world.refusal = None
    assert told(world) == []
    assert wait(world.catalog.models.get(MINE, "net")).aliases == {}
    assert world.version() == version + 1


def test_versions_that_are_made_at_once_have_numbers_of_their_own(world: World) -> None:
    world.registered()
    new = NewVersion(name="net", source="s3://bucket/key")

    async def make() -> list[int]:
        made = await asyncio.gather(*(world.catalog.versions.create(MINE, new) for _ in range(20)))
        return [version.version for version in made]

    assert sorted(wait(make())) == list(range(1, 21))


def test_a_model_of_another_workspace_is_not_there(world: World) -> None:
    world.registered()
    version = world.version()
    catalog = world.catalog
    for work in (
        catalog.models.get(THEIRS, "net"),
        catalog.models.history(THEIRS, "net"),
        catalog.models.delete(THEIRS, "net"),
        catalog.versions.get(THEIRS, "net", version),
        catalog.versions.download_uri(THEIRS, "net", version),
        catalog.versions.transition(THEIRS, "net", version, "Production"),
        catalog.aliases.set(THEIRS, "net", "mine", version),
    ):
        with pytest.raises(NotFoundError):
            wait(work)
    world.registered("net", scope=THEIRS)
    assert world.version(scope=THEIRS) == 1


def test_an_alias_cannot_be_what_means_a_version_already(world: World) -> None:
    world.registered()
    version = world.version()
    with pytest.raises(InvalidError, match="reserved"):
        wait(world.catalog.aliases.set(MINE, "net", "LATEST", version))
