"""Secrets by name: kept whole, for one workspace, and only for whoever starts its processes."""

import os
import stat
from pathlib import Path

import pytest

from tidemill.core.identity import Scope, Subject
from tidemill.kit.errors import DamagedError, InvalidError, NotFoundError, TooLargeError, UnavailableError
from tidemill.tenancy import WorkspaceSecrets

pytestmark = pytest.mark.anyio
OURS = Scope(1, "default", Subject("somebody"))
THEIRS = Scope(2, "other", Subject("stranger"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data" / "secrets"


@pytest.fixture
def secrets(root: Path) -> WorkspaceSecrets:
    return WorkspaceSecrets(root)


def below(folder: Path) -> dict[str, int]:
    """The name of everything below a folder, with its permissions."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


async def test_a_secret_is_listed_by_name_and_revealed_with_its_value(secrets: WorkspaceSecrets) -> None:
    await secrets.set(OURS, "B.key-1", "line\nline €\n")
    made = await secrets.set(OURS, "A", "first")
    assert [each.name for each in await secrets.list_all(OURS)] == ["A", "B.key-1"]
    assert (await secrets.list_all(OURS))[0] == made
    assert await secrets.reveal(1, ["B.key-1"]) == {"B.key-1": "line\nline €\n"}
    await secrets.set(OURS, "A", "second")
    assert await secrets.reveal(1, ["A"]) == {"A": "second"}


async def test_another_server_of_the_folder_has_the_same(secrets: WorkspaceSecrets, root: Path) -> None:
    await secrets.set(OURS, "A", "value")
    assert await WorkspaceSecrets(root).reveal(1, ["A"]) == {"A": "value"}


async def test_another_workspace_has_none_of_it(secrets: WorkspaceSecrets) -> None:
    await secrets.set(OURS, "A", "value")
    assert await secrets.list_all(THEIRS) == []
    assert await secrets.absent(2, ["A"]) == ["A"]
    with pytest.raises(NotFoundError, match="no secret named 'A'"):
        await secrets.reveal(2, ["A"])
    with pytest.raises(NotFoundError):
        await secrets.delete(THEIRS, "A")


async def test_what_was_deleted_is_gone_from_the_disk(secrets: WorkspaceSecrets, root: Path) -> None:
    await secrets.set(OURS, "A", "value")
    await secrets.delete(OURS, "A")
    assert await secrets.list_all(OURS) == []
    assert below(root) == {"1": 0o700}
    with pytest.raises(NotFoundError):
        await secrets.delete(OURS, "A")


async def test_only_its_owner_may_read_it(secrets: WorkspaceSecrets, root: Path) -> None:
    before = os.umask(0)
    try:
        await secrets.set(OURS, "A", "value")
    finally:
        os.umask(before)
    assert below(root.parent) == {"secrets": 0o700, "1": 0o700, "A": 0o600}


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../1/A", "/etc/passwd", "a/b", "a\0b", ".put-x", "1a", "a b", "é", "a\n", "a" * 101, "-a"]
)
async def test_a_name_that_could_lead_elsewhere_is_refused(secrets: WorkspaceSecrets, root: Path, name: str) -> None:
    await secrets.set(OURS, "A", "value")
    for refused in (secrets.set(OURS, name, "x"), secrets.delete(OURS, name)):
        with pytest.raises(InvalidError, match="cannot name a secret"):
            await refused
    with pytest.raises(NotFoundError):
        await secrets.reveal(1, [name])
    assert await secrets.absent(1, [name, "A"]) == [name]
    assert list(below(root.parent)) == ["secrets", "1", "A"]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("", InvalidError),
        ("hidden\0", InvalidError),
        ("hidden\ud800", InvalidError),
        ("hidden" * 11_000, TooLargeError),
    ],
)
async def test_a_value_that_cannot_be_is_refused_without_a_word_of_it(
    secrets: WorkspaceSecrets, value: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as refused:
        await secrets.set(OURS, "A", value)
    assert "hidden" not in str(refused.value)
    assert await secrets.list_all(OURS) == []


async def test_the_largest_value_is_kept_whole(secrets: WorkspaceSecrets) -> None:
    value = "€x" * (16 << 10)
    await secrets.set(OURS, "A", value)
    assert (await secrets.reveal(1, ["A"]))["A"] == value


async def test_what_a_kill_has_left_is_no_secret_and_goes_with_the_next(secrets: WorkspaceSecrets, root: Path) -> None:
    await secrets.set(OURS, "A", "value")
    left, fresh = root / "1" / ".put-left", root / "1" / ".put-fresh"
    for path in (left, fresh):
        path.write_text("half a val")
    os.utime(left, (1, 1))
    assert [each.name for each in await secrets.list_all(OURS)] == ["A"]
    await secrets.set(OURS, "B", "value")
    assert (left.exists(), fresh.exists()) == (False, True)


async def test_a_link_in_the_folder_is_not_followed(secrets: WorkspaceSecrets, root: Path, tmp_path: Path) -> None:
    await secrets.set(OURS, "A", "value")
    (tmp_path / "elsewhere").write_text("private")
    (root / "1" / "B").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnavailableError):
        await secrets.reveal(1, ["B"])


async def test_a_file_that_is_no_text_any_more_is_damaged(secrets: WorkspaceSecrets, root: Path) -> None:
    await secrets.set(OURS, "A", "value")
    (root / "1" / "A").write_bytes(b"\xff\xfe")
    with pytest.raises(DamagedError, match="'A' is no text"):
        await secrets.reveal(1, ["A"])


async def test_looking_makes_nothing(secrets: WorkspaceSecrets, root: Path) -> None:
    assert await secrets.list_all(OURS) == []
    with pytest.raises(NotFoundError):
        await secrets.delete(OURS, "A")
    assert below(root.parent) == {}
