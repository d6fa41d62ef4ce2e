"""What cannot be compiled is refused with its place, in the user's words, and with what to write instead."""

import importlib.util
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

import tidemill as tm
from tidemill.kit.errors import InvalidError

_HEAD = """\
import time
from dataclasses import dataclass
from pathlib import Path

import tidemill as tm


@dataclass
class Config:
    depth: int


class Thing:
    pass


RATES = [1]


@tm.step
def number(x: float = 1.0) -> float:
    return x


@tm.step
def whole(x: int) -> int:
    return x


@tm.step
def text(x: str) -> str:
    return x


@tm.step
def items(n: int) -> list[int]:
    return list(range(n))


@tm.step
def listed(n: list[int]) -> int:
    return len(n)


@tm.step
def table(n: int) -> dict:
    return {"n": n}


@tm.step
def thing(n: int) -> Thing:
    return Thing()


@tm.step
def look(x: Thing) -> bool:
    return True


@tm.step
def nothing(x: int) -> None:
    pass


def helper(x):
    return x


"""


def _module(folder: Path, text: str) -> Any:
    path = folder / "written.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location("written", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["written"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _refusal(folder: Path, code: str) -> tm.NotCompilableError:
    module = _module(folder, _HEAD + textwrap.dedent(code))
    with pytest.raises(tm.NotCompilableError) as caught:
        module.p.spec()
    return caught.value


_BODIES = [
    ("y = n + 1", "`n + 1` is known only when the pipeline runs", "calculate it in a step"),
    ("whole(n * 2)", "`n * 2` is known only", "calculate it in a step"),
    ("helper(n)", "helper(...) is no step", "make helper a step"),
    ("time.time()", "time.time(...) is no step", "make time.time a step"),
    ("print(n)", "print(...) is no step", "inside of one"),
    ("while n > 1:\n        whole(n)", "`while`", "loop inside a step"),
    ("with open('x') as f:\n        whole(n)", "`with`", "do that in a step"),
    ("import json", "an import in a pipeline", "at the top of the module"),
    ("assert n", "`assert`", "raise an error in a step"),
    (
        "for x in items(n):\n        whole(x)\n        break",
        "`break` cannot be: the rounds of a loop run side by side",
        "use `if`",
    ),
    ("for x in items(n):\n        continue", "`continue`", "below an `if`"),
    ("for x in n:\n        whole(x)", "a loop over int", "list[...]"),
    ("s = 0\n    for x in items(n):\n        s = whole(s)", "s comes from the round before", "side by side"),
    ("s = 0\n    for x in items(n):\n        s += x", "a value is changed in place", "in a step"),
    ("for x in items(n):\n        y = whole(x)\n    whole(y)", "y is set in each round", "append it to a list"),
    ("for x in items(n):\n        y = whole(x)\n    whole(x)", "x is set in each round", "append it to a list"),
    (
        "f = []\n    for x in items(n):\n        f.append(x)\n    whole(n)",
        "each round gives int",
        "call a step in the loop",
    ),
    (
        "f = []\n    for x in items(n):\n        f.append(whole(x))\n        f.append(whole(1))",
        "more than once",
        "a list for each",
    ),
    (
        "f = []\n    for x in items(n):\n        for y in [1, 2]:\n            f.append(whole(y))",
        "a loop in a loop appends",
        "begin a list in the outer loop",
    ),
    (
        "f = []\n    if n > 1:\n        f.append(whole(n))\n    items(f)",
        "known only when the pipeline runs",
        "both branches",
    ),
    ("f = []\n    g = f\n    f.append(whole(n))", "gives a list a second name", "use one name"),
    (
        "f = []\n    for x in items(n):\n        listed(f)\n        f.append(whole(x))",
        "read and filled",
        "side by side",
    ),
    (
        "f = [1]\n    for x in items(n):\n        f.append(whole(x))\n    listed(f)",
        "by a loop and by something",
        "for each",
    ),
    ("RATES.append(n)", "RATES.append(...) is no step", "make RATES.append a step"),
    ("[whole(x) for x in items(n) if x > 1]", "with an `if`", "write a `for` with an `if`"),
    ("[whole(x) for x in items(n) for y in [1]]", "several `for`", "nest the lists"),
    ("if n:\n        whole(n)", "`if n` asks whether int counts as true", "write `n != 0`"),
    ("if items(n):\n        whole(n)", "counts as true", "-> bool"),
    ("if n == 'a':\n        whole(n)", "compares int == the constant 'a'", "numbers with numbers"),
    ("if n is None:\n        whole(n)", "asks for an object", "write == or !="),
    ("if n in items(n):\n        whole(n)", "`in` needs", "returns a bool"),
    ("if look(thing(n)) == 1:\n        whole(n)", "compares bool == the constant 1", "numbers with numbers"),
    ("if n > 1:\n        y = whole(n)\n    whole(y)", "y is set in some branches", "in every branch"),
    (
        "if n > 1:\n        y = whole(n)\n    else:\n        y = 3\n    whole(y)",
        "y is the constant 3 in a branch",
        "let a step",
    ),
    (
        "if n > 1:\n        y = whole(n)\n    else:\n        y = text('a')\n    whole(y)",
        "y is int or str",
        "the same type",
    ),
    ("if n > 1:\n        return whole(n)\n    return whole(2)", "`return` in a branch", "at the end"),
    ("whole('a')", "whole: the argument x is given the constant 'a'", "check the annotation"),
    ("whole(text('a'))", "takes int, and is given str", "convert it in a step"),
    ("whole(thing(n))", "takes int, and is given Thing", "kept in a file"),
    ("look(3)", "takes Thing, and is given the constant 3", "made by a step"),
    ("look(number())", "takes Thing, and is given float", "both steps"),
    ("whole(nothing(n))", "what a step gives that returns nothing", "what a step returns"),
    ("whole()", "whole: missing a required argument: 'x'", "it takes (x: int) -> int"),
    ("whole(n, y=1)", "unexpected keyword argument 'y'", "it takes"),
    ("whole(thing(n).x)", "is known only when the pipeline runs", "in a step"),
    ("whole(items(n)[-1])", "counts from the end", "take it in a step"),
    ("whole(items(n)[n])", "is known only", "calculate it in a step"),
    ("a, b = items(n)", "how many values", "annotate a tuple"),
    ("text(f'{number()}')", "only texts and whole numbers", "make the text in a step"),
    ("text('{{$.x}}')", "{{$", "make the text in the step"),
    ("whole(unknown)", "there is no unknown", "check its name"),
    ("whole([1, 2][5])", "raises IndexError", "correct"),
    ("try:\n        whole(n)\n    except ValueError:\n        whole(1)", "`except`", "inside the step"),
    ("def f():\n        pass", "a function in a pipeline", "at the top of the module"),
    ("p(n)", "call each other", "cannot call itself"),
    ("whole(n)\n    return n", "the pipeline returns int, which no step gives", "return what a step returns"),
    ("return whole(n)\n    whole(2)", "something behind `return`", "end the pipeline"),
    ("pass", "calls no step", "@step"),
]


@pytest.mark.parametrize(("body", "reason", "hint"), _BODIES, ids=[body.splitlines()[0][:40] for body, _, _ in _BODIES])
def test_a_body_without_a_compiled_meaning_is_refused(tmp_path: Path, body: str, reason: str, hint: str) -> None:
    code = f"@tm.pipeline\ndef p(n: int = 3):\n    {body}\n"
    is_whole = "whole(" in body or "return" in body or body == "pass"
    found = _refusal(tmp_path, code if is_whole else f"{code}    whole(n)\n")
    assert reason in found.message
    assert hint in str(found.hint)
    place = found.message.partition(": ")[0]
    assert place.startswith(f"{tmp_path}/written.py:")
    line = (tmp_path / "written.py").read_text().splitlines()[int(place.rpartition(":")[2]) - 1]
    assert line.strip()
    assert line.strip() in body or line.startswith("def p")


_STEPS = [
    ("@tm.step\ndef s(x):\n    return 1\n", "the argument x has no annotation", "annotate it"),
    ("@tm.step\ndef s(x: int):\n    return 1\n", "it returns something, and no annotation says what", "write ->"),
    ("@tm.step\ndef s(x: int) -> int | None:\n    return 1\n", "what it returns may be None", "return a value"),
    ("@tm.step\ndef s(*x: int) -> int:\n    return 1\n", "*x: int has no name of its own", "name each argument"),
    ("@tm.step\nasync def s(x: int) -> int:\n    return 1\n", "s is async", "asyncio.run"),
    ("s = tm.step(lambda x: 1)\n", "only a function that is written with def", "write it with def"),
    (
        "def make(k):\n    @tm.step\n    def s(x: int) -> int:\n        return x + k\n    return s\ns = make(2)\n",
        "s uses k of the function around it",
        "as an argument",
    ),
    (
        "import threading\nlock = threading.Lock()\nlock = lock or None\n"
        "@tm.step\ndef s(x: int) -> int:\n    return lock.locked()\n",
        "s uses lock, which cannot be sent along: it is a lock that is assigned several times",
        "make it inside the step",
    ),
]


@pytest.mark.parametrize(("step", "reason", "hint"), _STEPS, ids=[reason[:30] for _, reason, _ in _STEPS])
def test_a_step_that_cannot_run_elsewhere_is_refused(tmp_path: Path, step: str, reason: str, hint: str) -> None:
    found = _refusal(tmp_path, f"{step}\n@tm.pipeline\ndef p(n: int = 3):\n    s(n)\n")
    assert reason in found.message
    assert hint in str(found.hint)


_HEADS = [
    ("n", "the argument n has no annotation"),
    ("n: int | None", "n may be None, and has no default"),
    ("n: int = 'a'", "the default of n is 'a', of the type str, and int was annotated"),
    ("n: Thing", "the pipeline p takes n, which is kept in a file: Thing"),
    ("*n: int", "has no name of its own"),
]


@pytest.mark.parametrize(("head", "reason"), _HEADS)
def test_a_pipeline_whose_parameters_nobody_could_give_is_refused(tmp_path: Path, head: str, reason: str) -> None:
    found = _refusal(tmp_path, f"@tm.pipeline\ndef p({head}):\n    whole(1)\n")
    assert reason in found.message
    assert found.hint


@pytest.mark.parametrize("words", [{"packages": "pandas"}, {"retries": -1}, {"cpu": "much"}, {"memory": "4 apples"}])
def test_options_that_mean_nothing_are_refused_where_they_are_written(words: Any) -> None:
    with pytest.raises(InvalidError):
        tm.step(**words)
