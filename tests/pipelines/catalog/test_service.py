"""Pipelines and versions: made, found, changed and deleted, each workspace its own."""

import asyncio

import pytest

from tests.pipelines.catalog.conftest import MINE, THEIRS
from tidemill.kit.errors import AlreadyExistsError, InvalidError, NotFoundError
from tidemill.pipelines import Catalog, Changes, Listing, NewVersion, Origin, Spec, Words

SPEC = Spec({"pipelineInfo": {"name": "p"}, "root": {"dag": {"n": [2, 2.5, None]}}}, {"kubernetes": {}})
pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def version(name: str) -> NewVersion:
    return NewVersion(Words(name), SPEC, Origin("https://code", "https://package"))


async def test_a_pipeline_is_found_by_its_id_and_by_its_name(catalog: Catalog) -> None:
    made = await catalog.create(MINE, Words("p", "P!", "what for", {"a": "b"}))
    assert made.words == Words("p", "P!", "what for", {"a": "b"})
    assert await catalog.get(MINE, made.uuid) == made == await catalog.get_by_name(MINE, "p")


async def test_a_pipeline_without_a_display_name_shows_its_name(catalog: Catalog) -> None:
    assert (await catalog.create(MINE, Words("p"))).words.display_name == "p"


async def test_a_version_keeps_its_spec_to_the_number(catalog: Catalog) -> None:
    made = await catalog.create(MINE, Words("p"))
    added = await catalog.add_version(MINE, made.uuid, version("v1"))
    assert added.spec == SPEC
    assert isinstance(added.spec.document["root"]["dag"]["n"][0], int)
    assert added.origin == Origin("https://code", "https://package")
    assert await catalog.version(MINE, made.uuid, added.uuid) == added == await catalog.version(MINE, "", added.uuid)


async def test_the_latest_version_is_the_one_made_last(catalog: Catalog) -> None:
    made = await catalog.create(MINE, Words("p"), version("v1"))
    assert (await catalog.latest_version(MINE, made.uuid)).words.name == "v1"
    added = await catalog.add_version(MINE, made.uuid, version("v0"))
    assert await catalog.latest_version(MINE, made.uuid) == added


async def test_a_pipeline_without_versions_has_no_latest(catalog: Catalog) -> None:
    made = await catalog.create(MINE, Words("p"))
    with pytest.raises(NotFoundError, match="no version yet"):
        await catalog.latest_version(MINE, made.uuid)


async def test_a_name_is_taken_once_in_a_workspace_and_a_pipeline(catalog: Catalog) -> None:
    made = await catalog.create(MINE, Words("p"), version("v"))
    with pytest.raises(AlreadyExistsError, match="'p'"):
        await catalog.create(MINE, Words("p"))
    with pytest.raises(AlreadyExistsError, match="'v'"):
        await catalog.add_version(MINE, made.uuid, version("v"))
    await catalog.create(THEIRS, Words("p"), version("v"))


async def test_of_many_who_want_a_name_one_gets_it(catalog: Catalog) -> None:
    results = await asyncio.gather(
        *(catalog.create(MINE, Words("p"), version("v")) for _ in range(8)), return_exceptions=True
    )
    assert sum(not isinstance(result, AlreadyExistsError) for result in results) == 1
    _, _, total = await catalog.list_versions(MINE, (await catalog.get_by_name(MINE, "p")).uuid, Listing())
    assert total == 1


async def test_a_pipeline_whose_first_version_is_refused_is_not_made(catalog: Catalog) -> None:
    with pytest.raises(InvalidError):
        await catalog.create(MINE, Words("p"), version("v" * 201))
    with pytest.raises(NotFoundError):
        await catalog.get_by_name(MINE, "p")


async def test_changes_leave_what_they_do_not_name(catalog: Catalog) -> None:
    made = await catalog.create(MINE, Words("p", "P", "d", {"a": "b"}), version("v"))
    changed = await catalog.change(MINE, made.uuid, Changes(description="e"))
    assert changed.words == Words("p", "P", "e", {"a": "b"})
    assert await catalog.get(MINE, made.uuid) == changed
    first = await catalog.latest_version(MINE, made.uuid)
    other = await catalog.change_version(MINE, made.uuid, first.uuid, Changes(display_name="V", tags={}))
    assert (other.words, other.spec) == (Words("v", "V"), SPEC)
    assert await catalog.version(MINE, made.uuid, first.uuid) == other


async def test_an_empty_display_name_is_the_name_again(catalog: Catalog) -> None:
    made = await catalog.create(MINE, Words("p", "P"))
    assert (await catalog.change(MINE, made.uuid, Changes(display_name=""))).words.display_name == "p"


async def test_a_pipeline_with_versions_is_deleted_only_with_them(catalog: Catalog) -> None:
    made = await catalog.create(MINE, Words("p"), version("v"))
    with pytest.raises(InvalidError, match="has versions"):
        await catalog.delete(MINE, made.uuid)
    first = await catalog.latest_version(MINE, made.uuid)
    await catalog.delete(MINE, made.uuid, cascade=True)
    for lost in (catalog.get(MINE, made.uuid), catalog.version(MINE, "", first.uuid)):
        with pytest.raises(NotFoundError):
            await lost


async def test_a_workspace_sees_nothing_of_another(catalog: Catalog) -> None:
    theirs = await catalog.create(THEIRS, Words("p"), version("v"))
    secret = await catalog.latest_version(THEIRS, theirs.uuid)
    assert await catalog.list_all(MINE, Listing()) == ([], "", 0)
    for attempt in (
        catalog.get(MINE, theirs.uuid),
        catalog.get_by_name(MINE, "p"),
        catalog.change(MINE, theirs.uuid, Changes("x")),
        catalog.delete(MINE, theirs.uuid, cascade=True),
        catalog.add_version(MINE, theirs.uuid, version("w")),
        catalog.version(MINE, theirs.uuid, secret.uuid),
        catalog.version(MINE, "", secret.uuid),
        catalog.latest_version(MINE, theirs.uuid),
        catalog.list_versions(MINE, theirs.uuid, Listing()),
        catalog.change_version(MINE, theirs.uuid, secret.uuid, Changes("x")),
        catalog.delete_version(MINE, theirs.uuid, secret.uuid),
    ):
        with pytest.raises(NotFoundError):
            await attempt
    assert await catalog.get(THEIRS, theirs.uuid) == theirs


@pytest.mark.parametrize(
    "words",
    [
        Words(""),
        Words(" \n"),
        Words("x" * 201),
        Words("p", "x" * 201),
        Words("p", "", "x" * 10_001),
        Words("p", tags={"": "x"}),
        Words("p", tags={str(number): "" for number in range(101)}),
    ],
)
async def test_words_that_say_nothing_or_too_much_are_refused(catalog: Catalog, words: Words) -> None:
    with pytest.raises(InvalidError):
        await catalog.create(MINE, words)
