"""Requirements have one form, and nothing among them reaches out of what the administrator set."""

import pytest

from tidemill.compute.environments import checked_environment
from tidemill.compute.models import Environment
from tidemill.kit.errors import InvalidError, TooLargeError


def normal(*lines: str) -> tuple[str, ...]:
    return checked_environment(Environment(requirements=lines), allows_urls=False).requirements


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("numpy", "numpy"),
        ("  NumPy >= 2 , < 3  # why", "numpy<3,>=2"),
        ("scikit_learn==1.5.*", "scikit-learn==1.5.*"),
        ("pandas[excel, Perf]~=2.2", "pandas[excel,perf]~=2.2"),
        ('tomli>=1 ;  python_version < "3.11"', 'tomli>=1 ; python_version < "3.11"'),
        ("torch===2.3.0+cpu", "torch===2.3.0+cpu"),
        ("name (>=1.0)", "name>=1.0"),
    ],
)
def test_a_requirement_has_one_form(written: str, form: str) -> None:
    assert normal(written) == (form,)
    assert normal(form) == (form,)


def test_comments_and_empty_lines_are_none() -> None:
    assert normal("# a list", "", "numpy") == ("numpy",)


@pytest.mark.parametrize(
    "line",
    ["-r /etc/passwd", "-e .", "--index-url https://evil.example", "--extra-index-url=x", "-f /tmp", "-c x", "--pre"],
)
def test_options_are_refused_with_the_way_out(line: str) -> None:
    with pytest.raises(InvalidError, match="option") as refused:
        normal(line)
    assert refused.value.hint


@pytest.mark.parametrize(
    "line",
    [
        "git+https://example.org/x.git",
        "x @ git+ssh://example.org/x",
        "x @ file:///etc",
        "https://example.org/x.whl",
        "./x",
        "/srv/x.whl",
        "../x",
    ],
)
def test_addresses_are_refused_unless_the_administrator_allows_them(line: str) -> None:
    with pytest.raises(InvalidError, match="index alone") as refused:
        normal(line)
    assert "--package-urls" in str(refused.value.hint)


def test_an_address_with_a_name_is_taken_where_it_is_allowed() -> None:
    line = "x @ https://example.org/x-1-py3-none-any.whl"
    assert checked_environment(Environment(requirements=(line,)), allows_urls=True).requirements == (line,)


@pytest.mark.parametrize("line", ["numpy numpy", "=1", "a;;b\x00", "name>>1", "a\nb", "x" * 2000])
def test_what_is_no_requirement_is_refused(line: str) -> None:
    with pytest.raises(InvalidError):
        normal(line)


def test_a_lock_keeps_its_hashes_and_loses_its_comments() -> None:
    digest = "a" * 64
    lock = f"# made by uv\nnumpy==2.0 \\\n    --hash=sha256:{digest}\n    # via pandas\n"
    checked = checked_environment(Environment(lock=lock), allows_urls=False)
    assert checked.lock == f"numpy==2.0 --hash=sha256:{digest}\n"
    assert checked_environment(checked, allows_urls=False) == checked


def test_a_lock_may_not_reach_out_either() -> None:
    with pytest.raises(InvalidError, match="--index-url"):
        checked_environment(Environment(lock="--index-url https://evil.example\nnumpy==2.0\n"), allows_urls=False)


def test_requirements_beside_a_lock_are_refused() -> None:
    with pytest.raises(InvalidError, match="either"):
        checked_environment(Environment(requirements=("a",), lock="b==1\n"), allows_urls=False)


def test_too_many_requirements_are_refused() -> None:
    with pytest.raises(TooLargeError):
        normal(*(f"p{number}" for number in range(1001)))


@pytest.mark.parametrize("version", ["3", "3.12; rm", "latest", "../3.12", "-3.1"])
def test_a_version_of_python_is_numbers(version: str) -> None:
    with pytest.raises(InvalidError, match="version of Python"):
        checked_environment(Environment(python=version), allows_urls=False)
