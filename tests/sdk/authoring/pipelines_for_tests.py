"""Pipelines of every construct, each to be called here and run by the engine."""

from typing import NamedTuple

import numpy as np

import tidemill as tm
from tests.sdk.authoring.steps_for_tests import (
    Config,
    Model,
    add,
    best,
    both,
    card,
    fit,
    half,
    halves,
    is_odd,
    joined,
    length,
    measured,
    mode,
    numbers,
    pairs,
    read,
    settings,
    shout,
    size,
    total,
    weight,
    written,
)

RATES = (1.0, 3.0, 2.0)


class Found(NamedTuple):
    """What a pipeline returns under names."""

    name: str
    number: int


@tm.pipeline
def chain(start: int = 1, step: int = 2 + 3) -> int:
    """Values through steps, defaults, constants that are worked out."""
    first = add(start, b=step)
    return add(first, len(RATES) * 2)


@tm.pipeline
def files(rate: float = 2.0) -> tuple[float, int, str, int]:
    """What is kept in files: by pickle, .npy, by path, as a page; several outputs."""
    model = fit(rate, Config(depth=3))
    heavy = weight(model)
    line, table = both("ab", 2)
    count = size(table)
    note = read(written(line))
    shown = length(card(heavy))
    return heavy, count, note, shown


@tm.pipeline
def loops(count: int = 3) -> tuple[list[int], list[float], int, list[str], list[int], float]:
    """Over a value of a step, over constants, mapped, appended, nested, over pairs; files collected."""
    values = numbers(count)
    more = [add(value, 10) for value in values]
    halved = []
    for rate in RATES:
        scaled = half(rate)
        halved.append(half(scaled))
    summed = total([add(value) for value in values])
    names = []
    for name, number in pairs():
        names.append(shout(f"{name}-{number}"))
    sums = [total([add(one, other) for other in [1, 2]]) for one in values]
    heaviest = weight(best([fit(rate) for rate in RATES]))
    return more, halved, summed, names, sums, heaviest


@tm.pipeline
def mapped(words: list[str]) -> tuple[list[str], list[str]]:
    """`.map`, and a loop that leaves some out."""
    loud = shout.map(words)
    kept = []
    for word in words:
        if word != "b":
            kept.append(shout(word))
    return loud, kept


@tm.pipeline
def decided(number: int = 3, text: str = "x") -> tuple[str, int, str]:
    """Branches, with names set in each; a choice; numbers that were measured."""
    odd = is_odd(number)
    if odd and number > 2:
        word = shout("large")
        value = add(number)
    elif text in ["y", "z"] or not odd:
        word = shout(text)
        value = add(number, 100)
    else:
        word = shout("else")
        value = add(0)
    model = fit(float(2))
    metrics = measured(model)
    label = shout("heavy") if metrics["weight"] >= 1.5 else shout("light")
    return word, value, label


@tm.pipeline
def parts() -> tuple[int, int, str]:
    """Parts of values, of a NamedTuple, and values put together."""
    found = settings("a")
    first = add(found["a"][1])
    split = halves(numbers(4))
    high = total(split.high)
    put = joined(["x", shout("y")], {"n": first, "m": 7})
    return first, high, put


@tm.pipeline
def inner(text: str, times: int = 2) -> Found:
    """Called by `outer`."""
    name = shout(f"{text}{times}")
    return Found(name, add(times))


@tm.pipeline
def heaviest(models: list[Model]) -> float:
    """Takes what is kept in files: only other pipelines can call it."""
    return weight(best(models))


@tm.pipeline
def outer(text: str = "t") -> tuple[str, int, float, str]:
    """A pipeline in a pipeline, in a loop too, files handed to one."""
    one = inner(text)
    names = []
    for each in ["p", "q"]:
        names.append(inner(each, times=4).name)
    counts = [5, 5] if len(RATES) > 2 else []
    top = heaviest([fit(rate) for rate in RATES])
    how = mode("fast")
    return joined(names, {"n": one.number}), add(one.number, counts[0]), top, how


@tm.pipeline
def unrolled() -> list[int]:
    """A loop over steps, and one over what steps gave."""
    ways = [add, add_five]
    found = [way(1) for way in ways]
    again = [7]
    for value in found:
        again.append(add(value))
    for value in found:
        again.append(total([value, *found]))
    return gather(again)


@tm.step
def add_five(a: int) -> int:
    return int(np.add(a, 5))


@tm.step
def gather(values: list[int]) -> list[int]:
    return values


@tm.pipeline
def kubeflow(start: int = 3) -> tuple[str, float, int, list[int]]:
    """As much as kfp's own local runner knows."""
    model = best([fit(rate, Config(depth=2)) for rate in [1.0, 3.0]])
    heavy = weight(model)
    word = shout("large") if is_odd(start) and heavy > 5.5 else shout("small")
    shown = length(card(heavy))
    more = add.map([1, 2], b=start)
    return word, heavy, shown, more
