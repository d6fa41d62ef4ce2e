"""What the pages say is so: their links lead somewhere, their commands work, their tables are the code's own."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import openapi_page, settings_page
from tests.architecture import documents, source

GUIDES = [page for page in documents.pages() if documents.steps(page)]
DECISIONS = source.ROOT / "docs" / "decisions"


def test_every_link_leads_somewhere() -> None:
    broken = {
        str(page.relative_to(source.ROOT)): links
        for page in documents.pages()
        if (links := documents.broken_links(page))
    }
    assert broken == {}


@pytest.mark.slow
@pytest.mark.timeout(200)  # more than a page itself may take
@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.relative_to(source.ROOT).as_posix())
def test_what_a_page_tells_its_reader_to_do_works(page: Path, tmp_path: Path) -> None:
    assert documents.follow(page, tmp_path) == []


def test_the_page_of_settings_lists_every_setting_as_it_is() -> None:
    assert settings_page.is_current(), "`make fix` writes the table anew"


def test_the_openapi_document_says_what_the_server_serves() -> None:
    assert openapi_page.is_current(), "`make fix` writes the document anew"


def test_every_decision_is_listed_in_order() -> None:
    decisions = sorted(page.name for page in DECISIONS.glob("[0-9]*.md"))
    assert [int(name.split("-")[0]) for name in decisions] == list(range(1, len(decisions) + 1))
    index = (DECISIONS / "README.md").read_text()
    assert [name for name in decisions if f"({name})" not in index] == []


def test_the_next_changelog_can_be_written() -> None:
    command = [Path(sys.executable).parent / "towncrier", "build", "--draft", "--version", "next"]
    draft = subprocess.run(command, cwd=source.ROOT, capture_output=True, text=True, check=False)
    assert draft.returncode == 0, draft.stderr
    fragments = [file for file in (source.ROOT / "docs" / "changes").iterdir() if file.name.startswith("+")]
    for fragment in fragments:
        assert fragment.read_text().split()[0] in draft.stdout, f"{fragment.name} is of no known kind"


class TestTheRunnerOfPages:
    def test_sees_a_command_that_fails(self, tmp_path: Path) -> None:
        assert "ended with status 3" in self._follow(tmp_path, "$ true\n$ (exit 3)\n$ true\n")[0]

    def test_sees_output_that_is_not_what_the_page_says(self, tmp_path: Path) -> None:
        assert "printed:\none" in self._follow(tmp_path, "$ echo one\ntwo\n")[0]

    def test_takes_dots_for_anything(self, tmp_path: Path) -> None:
        assert self._follow(tmp_path, "$ printf 'pid 17 is up\\nmore\\nend\\n'\npid ... is up\n...\nend\n") == []

    def test_sees_a_command_that_ends_the_shell(self, tmp_path: Path) -> None:
        assert "ended with status none" in self._follow(tmp_path, "$ exit 0\n$ true\n")[0]

    def test_keeps_folder_and_variables_from_command_to_command(self, tmp_path: Path) -> None:
        assert (
            self._follow(tmp_path, "$ mkdir new; cd new; name=tide\n$ echo $name in $(basename $PWD)\ntide in new\n")
            == []
        )

    def test_finds_the_files_that_the_page_shows(self, tmp_path: Path) -> None:
        page = tmp_path / "page.md"
        page.write_text("```python hello.py\nprint('hello')\n```\n```console\n$ python hello.py\nhello\n```\n")
        assert documents.follow(page, tmp_path) == []

    @staticmethod
    def _follow(folder: Path, console: str) -> list[str]:
        page = folder / "page.md"
        page.write_text(f"# Page\n\n```console\n{console}```\n")
        return documents.follow(page, folder)


def test_a_broken_link_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One two\n[a](page.md) [b](#one-two) [c](none.md) [d](#three) [e](https://example.org) `[f](g)`\n"
    )
    assert documents.broken_links(page) == ["none.md", "#three", "g"]
