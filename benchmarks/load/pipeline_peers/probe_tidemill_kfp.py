"""Tidemill's pipelines through the unmodified kfp client: argv: its address, and how many tasks the fan-out is of.

The first pipeline (its environment is built then), chains of ten, a fan-out, and a chain of a thousand; nothing is cached.
"""

import os
import sys
import tempfile
import time
import warnings

from kfp import Client, compiler, dsl
from probing import median_of, tell

warnings.simplefilter("ignore")
address, many = sys.argv[1], int(sys.argv[2])


@dsl.component
def inc(x: int) -> int:
    return x + 1


def chain_of(length: int):
    @dsl.pipeline(name=f"chain-{length}")
    def chain(x: int = 0):
        last = inc(x=x)
        last.set_caching_options(False)
        for _ in range(length - 1):
            last = inc(x=last.output)
            last.set_caching_options(False)

    return chain


@dsl.pipeline(name="fan")
def fan():
    with dsl.ParallelFor(list(range(many))) as item:
        inc(x=item).set_caching_options(False)


def compiled(pipeline) -> str:
    package = os.path.join(tempfile.mkdtemp(), "pipeline.yaml")
    compiler.Compiler().compile(pipeline, package)
    return package


client = Client(host=address)


def run(package: str, poll_s: float = 0.02) -> None:
    run_id = client.create_run_from_pipeline_package(package).run_id
    while (state := client.get_run(run_id).state) not in ("SUCCEEDED", "FAILED", "CANCELED"):
        time.sleep(poll_s)
    if state != "SUCCEEDED":
        raise SystemExit(f"the run is {state}")


ten = compiled(chain_of(10))
run(ten)
tell("first", 0.0)
tell("chain", median_of(lambda: run(ten), 5), n=10)
wide = compiled(fan)
for _ in range(3):
    began = time.perf_counter()
    run(wide, 0.5)
    took = time.perf_counter() - began
    tell("fan", took, n=many, tasks_per_s=round(many / took, 1))
for length in (100, 200):
    package = compiled(chain_of(length))
    tell(f"chain_{length}", median_of(lambda package=package: run(package, 0.2), 1), n=length)
