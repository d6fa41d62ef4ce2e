"""What a step uses goes with it: where it runs, neither its module nor those beside it are there."""

import json
from pathlib import Path

import pytest

import tidemill as tm
from tests.plugins.server import TidemillProcess
from tests.sdk.conftest import RunScript
from tidemill.kit.errors import InvalidError
from tidemill.pipelines import document_of, spec_of_package

_SCRIPT = """\
from __future__ import annotations

import json
import math as maths
import os.path
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapes
import tidemill as tm
from shapes.round import area as area_of
from tidemill import Metrics

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT = 3
NAMES = {"a": [1, 2], "b": ()}
WORD = re.compile(r"[a-z]+")
UNUSED = open(os.devnull)


@dataclass
class Box:
    width: float

    def grown(self) -> Box:
        return Box(self.width * LIMIT)


class Counted(Counter):
    def top(self) -> str:
        return self.most_common(1)[0][0]


def words(text: str) -> list[str]:
    return WORD.findall(text)


def fact(n: int) -> int:
    return 1 if n < 2 else n * fact(n - 1)


@tm.step
def plain(text: str) -> int:
    return len(words(text)) + LIMIT


@tm.step
def use(text: str, box: Box) -> str:
    found: Mapping[str, list[int]] = NAMES
    told = {
        "words": plain(text),
        "names": sorted(found),
        "area": area_of(2.0),
        "corner": shapes.CORNERS,
        "title": shapes.TITLE,
        "four": shapes.square.four(),
        "floor": maths.floor(2.5),
        "base": os.path.basename("/a/b"),
        "width": box.grown().width,
        "fact": fact(4),
        "top": Counted(text).top(),
        "metrics": Metrics(a=1)["a"],
        "html": str(tm.HTML("<p>")),
        "limit": tm_limit(),
    }
    return json.dumps(told)


def tm_limit() -> int:
    return LIMIT


@tm.step
def made() -> Counted:
    return Counted("aab")


@tm.step
def opened(found: Counted) -> str:
    return found.top()


@tm.pipeline
def p(text: str = "ab cd", width: float = 2.0) -> tuple[str, str]:
    told = use(text, Box(2.0))
    letter = opened(made())
    return told, letter


if __name__ == "__main__":
    here = p()
    there = p.run().result(60)
    assert here == there, (here, there)
    print(there[0])
"""
_PACKAGE = {
    "__init__": "import tidemill as tm\nfrom .square import CORNERS\n\nTITLE = tm.HTML('<h1>')\n",
    "square": "import tidemill\n\nCORNERS = 4\n\n@tidemill.step(retries=1)\ndef four() -> int:\n    return CORNERS\n",
}
_ROUND = """\
import math

from shapes.square import CORNERS


def area(r: float) -> float:
    return round(math.pi * r, CORNERS)
"""


def test_a_script_with_modules_of_its_own_runs_elsewhere_as_it_does_here(
    tidemill_server: TidemillProcess, run_script: RunScript, tmp_path: Path
) -> None:
    (tmp_path / "shapes").mkdir()
    for name, text in {**_PACKAGE, "round": _ROUND}.items():
        (tmp_path / "shapes" / f"{name}.py").write_text(text)
    told = json.loads(run_script(_SCRIPT, tidemill_server.uri))
    assert told["words"] == 5
    assert (told["area"], told["corner"], told["four"], told["title"]) == (6.2832, 4, 4, "<h1>")
    assert (told["width"], told["fact"], told["top"]) == (6.0, 24, "a")


_CELLS = [
    "import math as maths\nfrom collections import Counter\nfrom dataclasses import dataclass\nimport tidemill as tm\n",
    "LIMIT = 3\n\nclass Thing:\n    def __init__(self, n: int) -> None:\n        self.n = n + LIMIT\n",
    "@dataclass\nclass Box:\n    width: float\n",
    "@tm.step\ndef make(box: Box) -> Thing:\n    return Thing(maths.floor(box.width))\n",
    "@tm.step\ndef look(thing: Thing) -> str:\n    return Counter('aab').most_common(1)[0][0] * thing.n\n",
    "@tm.pipeline\ndef p() -> str:\n    return look(make(Box(2.5)))\n",
    "print(p.run().result(60), p())\n",
]
_NOTEBOOK = f"""\
import linecache

del __file__  # as in a notebook
for number, cell in enumerate({_CELLS!r}):
    name = f"<ipython-input-{{number}}-abc>"
    linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
    exec(compile(cell, name, "exec"), globals())
"""


def test_cells_of_a_notebook_run_elsewhere_as_they_do_here(
    tidemill_server: TidemillProcess, run_script: RunScript
) -> None:
    assert run_script(_NOTEBOOK, tidemill_server.uri) == "aaaaa aaaaa\n"


class TestACallInProcess:
    """A step that is called meets what its values will meet elsewhere."""

    def test_refuses_a_number_that_json_cannot_say(self) -> None:
        @tm.step
        def ratio(x: float) -> float:
            return x * float("inf")

        with pytest.raises(ValueError, match="what ratio returns is inf, which JSON cannot say"):
            ratio(1.0)

    def test_refuses_keys_that_are_no_texts(self) -> None:
        @tm.step
        def by_number() -> dict[str, int]:
            return {1: 2}  # pyright: ignore[reportReturnType]

        with pytest.raises(TypeError, match="has the key 1, and keys are texts in JSON"):
            by_number()

    def test_refuses_a_value_of_another_type(self) -> None:
        @tm.step
        def whole(x: int) -> int:
            return x

        with pytest.raises(TypeError, match=r"the input x of whole is 1\.5, of the type float, and int was annotated"):
            whole(1.5)  # pyright: ignore[reportArgumentType]

    def test_hands_over_copies(self) -> None:
        given = [1]

        @tm.step
        def longer(values: list[int]) -> list[int]:
            values.append(2)
            return values

        assert longer(given) == [1, 2]
        assert given == [1]

    def test_leaves_files_and_options_alone(self) -> None:
        @tm.step(cpu=2, memory="1Gi", packages=["numpy"], retries=1, cache=False)
        def same(x: object) -> object:
            return x

        thing = object()
        assert same(thing) is thing
        assert same.after(1).with_options(cpu=1)(thing) is thing
        assert same.map([1, 2]) == [1, 2]


def test_a_pipeline_is_written_as_yaml_or_json_that_says_what_its_steps_ask_for(tmp_path: Path) -> None:
    spec = asks.spec()
    executor = spec["deploymentSpec"]["executors"]["exec-greedy"]["container"]
    assert executor["resources"] == {
        "cpuRequest": 2.0,
        "resourceCpuRequest": "2",
        "memoryLimit": 1.073741824,
        "resourceMemoryLimit": "1Gi",
        "accelerator": {"count": "1", "type": "nvidia.com/gpu", "resourceCount": "1", "resourceType": "nvidia.com/gpu"},
    }
    assert executor["env"] == [{"name": "A", "value": "b"}]
    assert "pip install --quiet --no-warn-script-location 'pandas>=2'" in executor["command"][2]
    task = spec["root"]["dag"]["tasks"]["well-named"]
    assert task["retryPolicy"]["maxRetryCount"] == 3
    assert task["cachingOptions"] == {}
    written = asks.compile(tmp_path / "p.json")
    assert json.loads(written.read_text())["pipelineInfo"] == {"name": "asks", "description": "What it is for."}
    assert "schemaVersion: 2.1.0" in asks.compile(tmp_path / "p.yaml").read_text()


def test_a_timeout_is_written_for_the_platform_as_kubeflow_has_it(tmp_path: Path) -> None:
    executors = {"exec-hasty": {"activeDeadlineSeconds": "5"}}
    config = {"platforms": {"kubernetes": {"deploymentSpec": {"executors": executors}}}}
    assert hurried.document() == {"pipeline_spec": hurried.spec(), "platform_spec": config}
    assert asks.document() == asks.spec()
    assert set(hurried.spec()["deploymentSpec"]["executors"]) == {"exec-hasty", "exec-hasty-2"}
    for written in (hurried.compile(tmp_path / "p.yaml"), hurried.compile(tmp_path / "p.json")):
        spec, _ = spec_of_package(written.read_bytes(), written.name)
        assert document_of(spec) == hurried.document()


def test_a_timeout_is_a_whole_number_of_seconds() -> None:
    with pytest.raises(InvalidError, match="timeout is -1"):
        tm.step(timeout=-1)


@tm.step(timeout=5)
def hasty(x: int) -> int:
    return x


@tm.pipeline
def hurried() -> int:
    return hasty.with_options(timeout=0)(hasty(1))


@tm.step(packages=["pandas>=2"], cpu=2, memory="1Gi", gpu=1, retries=3, cache=False, env={"A": "b"}, name="well named")
def greedy(x: int) -> int:
    return x


@tm.pipeline
def asks() -> int:
    """What it is for.

    More of it.
    """
    return greedy(1)
