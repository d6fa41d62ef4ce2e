"""Tasks: functions that say what they ask for, called here, submitted, and mapped over many items."""

import os
import time

import pytest

import tidemill as tm

pytestmark = pytest.mark.usefixtures("client")


@tm.task
def square(number: int) -> int:
    """Its square."""
    return number * number


@tm.task(cpu="500m", name="sum of three")
def add(first: int, second: int, *, third: int = 0) -> int:
    return first + second + third


@tm.task
def below(number: int) -> int:
    """One that calls itself and another."""
    return 0 if number <= 0 else square(number) + below(number - 1)


@tm.task
def fail_at(number: int, at: int) -> int:
    if number == at:
        raise ValueError(f"no {number}")
    return number


def test_called_it_is_the_function_that_it_was() -> None:
    assert square(3) == 9
    assert square.__name__ == "square"
    assert square.__doc__ == "Its square."


def test_submitted_it_runs_elsewhere_with_its_options() -> None:
    future = add.submit(1, 2, third=3)
    assert future.result() == 6
    told = future.details()
    assert told.workload.name == "sum of three"
    assert told.spec.resources.cpu_milli == 500


def test_options_can_be_changed_for_once() -> None:
    assert add.options(priority=7).submit(1, 2).details().spec.priority == 7
    assert add.submit(1, 2).details().spec.resources.cpu_milli == 500


def test_tasks_may_call_tasks_there() -> None:
    assert below.submit(3).result() == 14


def test_results_of_a_map_are_in_order() -> None:
    group = square.map(range(30))
    assert len(group) == 30
    assert list(group) == [number * number for number in range(30)]
    assert list(group) == group.results()  # again, without asking


def test_a_map_takes_several_iterables_and_keywords_for_all() -> None:
    assert add.map([1, 2, 3], [10, 20, 30], third=100).results() == [111, 122, 133]


def test_futures_come_as_they_end() -> None:
    @tm.task
    def sleep(seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    ended = [future.result() for future in sleep.options(cpu="100m").map([1.0, 0.0]).as_completed()]
    assert ended == [0.0, 1.0]


def test_a_call_of_a_map_that_fails_raises_where_its_result_would_be() -> None:
    group = fail_at.map(range(3), at=1)
    results = iter(group)
    assert next(results) == 0
    with pytest.raises(ValueError, match="no 1"):
        next(results)
    assert [future.exception() is None for future in group.futures] == [True, False, True]


def test_an_empty_map_is_done() -> None:
    group = square.map([])
    assert group.done()
    assert group.results() == []


def test_large_items_of_a_map_keep_their_place() -> None:
    @tm.task
    def size(data: bytes) -> int:
        return len(data)

    assert size.map([b"x", os.urandom(200_000), b"yz"]).results() == [1, 200_000, 2]


def test_a_group_is_stopped_whole() -> None:
    @tm.task
    def wait(_: int) -> None:
        time.sleep(60)

    group = wait.map(range(5))
    assert group.cancel() == 5
    assert group.wait(30)
    assert {future.state for future in group.futures} == {"stopped"}


def test_a_group_that_takes_longer_than_one_waits_is_said_to_go_on() -> None:
    @tm.task
    def wait(_: int) -> None:
        time.sleep(60)

    group = wait.map(range(2))
    with pytest.raises(tm.ResultTimeoutError, match="2 of 2 have not ended"):
        group.results(timeout=0.1)
    group.cancel()


@pytest.mark.slow
def test_more_than_a_thousand_go_in_several_batches() -> None:
    assert square.map(range(1100)).results() == [number * number for number in range(1100)]
