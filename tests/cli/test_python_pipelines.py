"""`tidemill pipeline` with pipelines that are written in Python."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Cli
from tests.plugins.server import TidemillProcess

Words = Callable[..., Answer]

_FILE = """\
import tidemill as tm
from beside import GREETING


@tm.step
def greet(name: str, times: int) -> str:
    print(GREETING, name)
    return f"{GREETING} {name}" * times


@tm.pipeline
def hello(name: str = "you", times: int = 1) -> str:
    return greet(name, times)


@tm.pipeline(name="hello-all")
def everybody(names: list[str]) -> list[str]:
    return greet.map(names, times=1)


if __name__ == "__main__":
    raise SystemExit("a file is imported, not run as a script")
"""


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    cli = Cli(tmp_path_factory.mktemp("home"))
    (cli.home / "work").mkdir()
    (cli.home / "work" / "beside.py").write_text('GREETING = "hello"\n')
    (cli.home / "work" / "hello.py").write_text(_FILE)
    (cli.home / "one.py").write_text("import tidemill as tm\n\n@tm.step\ndef s() -> int:\n    return 1\n")
    (cli.home / "broken.py").write_text("import tidemill\n\nthere_is_no_such_name\n")
    body = (
        "import tidemill as tm\n\n@tm.step\ndef s() -> int:\n    return 1\n\n@tm.pipeline\ndef p():\n    print(s())\n"
    )
    (cli.home / "refused.py").write_text(body)
    return cli


@pytest.fixture(scope="module")
def pipeline(tidemill_server: TidemillProcess, cli: Cli) -> Words:
    def run(*words: str | Path) -> Answer:
        return cli("pipeline", *words, env={"TIDEMILL_URI": tidemill_server.uri})

    return run


def test_a_file_is_run_by_the_name_of_its_pipeline(pipeline: Words) -> None:
    told = pipeline(
        "run", "work/hello.py:hello", "-P", "name=ada", "-p", "times=2", "--name", "python-run", "--wait"
    ).ok()
    assert "Began python-run" in told.err
    assert pipeline("logs", "python-run", "greet").ok().out == "hello ada\n"
    assert pipeline("run", "work/hello.py:hello-all", "-p", 'names=["a", "b"]', "--wait").status == 0


def test_a_file_is_compiled_and_the_package_is_run_without_it(pipeline: Words, cli: Cli) -> None:
    told = pipeline("compile", "work/hello.py:everybody").ok()
    assert told.out == "work/hello-all.yaml\n"
    assert "Compiled hello-all, of 1 step" in told.err
    assert pipeline("run", "work/hello-all.yaml", "-p", 'names=["a"]', "--wait").status == 0
    assert pipeline("compile", "work/hello.py:hello", "-o", "hello.json").ok().out == "hello.json\n"
    assert (cli.home / "hello.json").read_text().startswith("{")
    assert pipeline("upload", "work/hello.py:hello", "--name", "from-python").status == 0


@pytest.mark.parametrize(
    ("words", "phrases"),
    [
        (["run", "work/hello.py"], ["work/hello.py has 2 pipelines", "work/hello.py:hello, work/hello.py:everybody"]),
        (["run", "work/hello.py:other"], ["work/hello.py has no pipeline 'other'", "work/hello.py:everybody"]),
        (["run", "one.py"], ["one.py has no function with @tm.pipeline", "kfp dsl compile --py one.py"]),
        (["run", "broken.py"], ["broken.py:3 cannot be run: NameError", "python broken.py"]),
        (["run", "none.py"], ["none.py: no such file"]),
        (["compile", "refused.py"], ["refused.py:9: print(...) is no step", "make print a step"]),
        (["compile", "hello.json"], ["hello.json is no Python file", "@tm.pipeline"]),
    ],
    ids=lambda value: " ".join(value) if len(value) == 2 else "",
)
def test_what_is_no_pipeline_says_why(pipeline: Words, words: list[str], phrases: list[str]) -> None:
    pipeline(*words).fails(*phrases)
