"""Files and functions that fit a reader's head. There is no allow-list: what is too long is split by noun."""

from pathlib import Path

from tests.architecture import source

FILE_LINES = 600
TEST_FILE_LINES = 800
PAGE_FILE_LINES = 250
FUNCTION_LINES = 60


def test_no_file_of_the_package_is_too_long() -> None:
    assert _longer_than(FILE_LINES, source.python_files(source.PACKAGE)) == []


def test_no_test_file_is_too_long() -> None:
    assert _longer_than(TEST_FILE_LINES, source.python_files(source.TESTS)) == []


def test_no_file_of_the_page_is_too_long() -> None:
    assert _longer_than(PAGE_FILE_LINES, source.page_files()) == []


def test_no_function_of_the_package_is_too_long() -> None:
    too_long = [
        f"{source.where(file, function)} {function.name}: {lines} lines, at most {FUNCTION_LINES}"
        for file in source.python_files(source.PACKAGE)
        for function in source.functions_in(source.tree_of(file))
        if (lines := (function.end_lineno or function.lineno) - function.lineno + 1) > FUNCTION_LINES
    ]
    assert too_long == []


def _longer_than(limit: int, files: list[Path]) -> list[str]:
    counts = {file.relative_to(source.ROOT): len(file.read_text().splitlines()) for file in files}
    return [f"{name}: {count} lines, at most {limit}" for name, count in counts.items() if count > limit]
