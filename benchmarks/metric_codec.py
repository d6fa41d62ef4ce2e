"""What the metric codec costs: bytes a point, and CPU of packing, unpacking, paging, sampling and binning.

    python benchmarks/metric_codec.py [--points 1000000] [--repeat 5]

Needs no server. Every figure is the least CPU time of several runs, in this process alone.
"""

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from time import process_time

import numpy as np

from tidemill.core.series.bins import complete_bins, plan_bins
from tidemill.core.series.chunk import Chunk, decode_chunk, encode_chunk
from tidemill.core.series.columns import Positions
from tidemill.core.series.compaction import CHUNK_POINTS, cut
from tidemill.core.series.merging import complete_page, merge, plan_page
from tidemill.core.series.points import NO_POINTS, Points
from tidemill.core.series.sampling import StepRange, complete_sample, plan_sample
from tidemill.core.series.summary import ChunkSummary
from tidemill.core.series.tail import decode_tail, decode_tails, encode_tail
from tidemill.core.series.windows import Axis, Window

START_MS = 1_760_000_000_000
_PAGE_POINTS = 25_000


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="What the metric codec costs.")
    parser.add_argument("--points", type=int, default=1_000_000, help="points of the long history")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each measurement; the least counts")
    arguments = parser.parse_args()
    for line in (*tails(arguments.repeat), *chunks(arguments.repeat), *reads(arguments.points, arguments.repeat)):
        print(line)


def tails(repeat: int) -> Iterator[str]:
    """One request's points of one series."""
    yield f"{'tail':34}{'bytes/point':>12}{'encode us':>12}{'decode us':>12}"
    chance = np.random.default_rng(1)
    for count in (1, 10, 50, 100, 1000):
        steps, values = list(range(count)), chance.random(count).tolist()
        jittered = (START_MS + np.arange(count) * 100 + chance.integers(0, 30, count)).tolist()
        for name, times in (("one time", [START_MS] * count), ("own times", jittered)):
            blob = encode_tail(steps, times, values)
            encode_us = least_cpu_us(partial(encode_tail, steps, times, values), repeat, calls=200)
            decode_us = least_cpu_us(partial(decode_tail, blob), repeat, calls=200)
            yield f"{f'{count} points, {name}':34}{len(blob) / count:12.2f}{encode_us:12.2f}{decode_us:12.2f}"
    single = [encode_tail([step], [START_MS + step], [0.5]) for step in range(CHUNK_POINTS)]
    yield f"{'4096 blobs of one point':34}{34:12}{'':12}{least_cpu_us(partial(decode_tails, single), repeat):12.0f}"


def chunks(repeat: int) -> Iterator[str]:
    """One chunk of 4,096 points."""
    yield f"\n{'chunk of 4096 points':34}{'bytes/point':>12}{'encode us':>12}{'decode us':>12}{'take 3 us':>12}"
    positions = np.array([5, 1000, 4000], dtype=np.intp)
    for name, points in samples():
        blob = encode_chunk(points)
        costs = (
            least_cpu_us(partial(encode_chunk, points), repeat, calls=20),
            least_cpu_us(partial(decode_chunk, blob), repeat, calls=20),
            least_cpu_us(partial(take, blob, positions), repeat, calls=20),
        )
        yield f"{name:34}{len(blob) / len(points):12.3f}" + "".join(f"{cost:12.0f}" for cost in costs)


def take(blob: bytes, positions: Positions) -> Points:
    """What sampling does with a chunk."""
    return Chunk.parse(blob).take(positions)


def samples() -> Iterator[tuple[str, Points]]:
    """Named chunks of what people log."""
    chance = np.random.default_rng(1)
    steps = np.arange(CHUNK_POINTS, dtype=np.int64)
    times = START_MS + 100 * steps
    jittered = times + chance.integers(-20, 20, CHUNK_POINTS)
    walk = chance.normal(size=CHUNK_POINTS).cumsum()
    shuffled = chance.integers(0, 1_000_003, CHUNK_POINTS) / 1_000_003
    yield "k / 1000003 shuffled", Points(steps, times, shuffled)
    yield "k / 1000003 shuffled, own times", Points(steps, jittered, shuffled)
    yield "k / 1000003 in order", Points(steps, times, steps / 1_000_003)
    yield "float32 walk", Points(steps, times, walk.astype(np.float32).astype(np.float64))
    yield "float64 walk, own times", Points(steps, jittered, walk)
    yield "float64 walk, own steps and times", Points(chance.integers(1, 9, CHUNK_POINTS).cumsum(), jittered, walk)
    yield "four decimals, own times", Points(steps, jittered, np.round(0.9 + shuffled / 10, 4))
    yield "whole numbers to 10,000", Points(steps, times, chance.integers(0, 10_000, CHUNK_POINTS).astype(np.float64))
    yield "constant", Points(steps, times, np.full(CHUNK_POINTS, 0.5))


def reads(count: int, repeat: int) -> Iterator[str]:
    """One long history, and twenty of 10,000 points."""
    yield f"\n{f'history of {count:,} points':46}{'CPU ms':>10}{'chunks':>8}"
    steps = np.arange(count, dtype=np.int64)
    values = np.random.default_rng(1).integers(0, 1_000_003, count) / 1_000_003
    pieces = cut(Points(steps, START_MS + 100 * steps, values))
    blobs, summaries = [encode_chunk(piece) for piece in pieces], [ChunkSummary.of(piece) for piece in pieces]

    def page() -> int:
        plan = plan_page(summaries, pieces[len(pieces) // 2].key(7), _PAGE_POINTS)
        complete_page(plan, [decode_chunk(blobs[position]) for position in plan.load], NO_POINTS)
        return len(plan.load)

    def sampled(limit: int) -> int:
        plan = plan_sample(summaries, NO_POINTS, StepRange(), limit)
        complete_sample(plan, [blobs[position] for position in plan.load])
        return len(plan.load)

    def binned(buckets: int) -> int:
        plan = plan_bins(summaries, NO_POINTS, Window(Axis.STEP, 0, count - 1, buckets))
        complete_bins(plan, [decode_chunk(blobs[position]) for position in plan.load])
        return len(plan.load)

    def whole() -> int:
        merge(decode_chunk(blob) for blob in blobs)
        return len(blobs)

    jobs: dict[str, Callable[[], int]] = {
        "all of it, decoded and merged": whole,
        f"a page of {_PAGE_POINTS:,} from the middle": page,
        "bulk-interval of 320": lambda: sampled(320),
        "bulk-interval of 2,500": lambda: sampled(2500),
        "1,000 bins": lambda: binned(1000),
        "50 bins": lambda: binned(50),
    }
    for name, job in jobs.items():
        yield f"{name:46}{least_cpu_us(job, repeat) / 1000:10.2f}{job():8}"
    yield f"{'bulk-interval of 320, 20 runs x 10,000 points':46}{least_cpu_us(twenty_runs(), repeat) / 1000:10.2f}"


def twenty_runs() -> Callable[[], None]:
    """Twenty runs whose history is one chunk and a tail of 50-point blobs."""
    steps = np.arange(10_000, dtype=np.int64)
    whole = Points(steps, START_MS + 37 * steps, np.sin(steps))
    head = [whole[:4096], whole[4096:8192]]
    blobs, summaries = [encode_chunk(piece) for piece in head], [ChunkSummary.of(piece) for piece in head]
    rest = [whole[start : start + 50] for start in range(8192, 10_000, 50)]
    tail_blobs = [encode_tail(part.steps.tolist(), part.timestamps.tolist(), part.values.tolist()) for part in rest]

    def job() -> None:
        for _ in range(20):
            plan = plan_sample(summaries, decode_tails(tail_blobs).canonical(), StepRange(), 320)
            complete_sample(plan, [blobs[position] for position in plan.load])

    return job


def least_cpu_us(job: Callable[[], object], repeat: int, *, calls: int = 1) -> float:
    """CPU microseconds of one call, the least of several runs of some calls."""
    spent: list[float] = []
    for _ in range(repeat):
        started = process_time()
        for _ in range(calls):
            job()
        spent.append((process_time() - started) / calls)
    return min(spent) * 1e6


if __name__ == "__main__":
    main()
