"""What a task asks for, in constants, parameters and outputs of others, as its workload has it."""

from kfp import dsl

from tests.conformance.kfp.running import Runs, say


class TestResources:
    def test_constants(self, runs: Runs) -> None:
        @dsl.pipeline
        def asking():
            task = say(text="x").set_caching_options(False)
            task.set_cpu_request("250m").set_cpu_limit("500m").set_memory_request("64Mi").set_memory_limit("128Mi")

        ended = runs.succeed(asking)
        resources = runs.workload(ended.tasks["say"])["spec"]["resources"]
        assert (resources["cpu_milli"], resources["memory_bytes"]) == (250, 128 * 1024**2)

    def test_parameters_and_outputs(self, runs: Runs) -> None:
        @dsl.pipeline
        def asking(cpu: str = "300m"):
            memory = say(text="96Mi")
            task = say(text="x").set_caching_options(False)
            task.set_cpu_request(cpu).set_memory_request(memory.output)

        ended = runs.succeed(asking)
        resources = runs.workload(ended.tasks["say-2"])["spec"]["resources"]
        assert (resources["cpu_milli"], resources["memory_bytes"]) == (300, 96 * 1024**2)

    def test_accelerators_that_this_machine_has_not_are_refused_with_a_reason(self, runs: Runs) -> None:
        @dsl.pipeline
        def asking(count: str = "900"):
            say(text="x").set_accelerator_type("nvidia.com/gpu").set_accelerator_limit(count)

        ended = runs.run(asking)
        assert ended.state == "FAILED"
        assert "gpu" in ended.error

    def test_an_amount_that_is_none_fails_its_task(self, runs: Runs) -> None:
        @dsl.pipeline
        def asking(cpu: str):
            say(text="x").set_cpu_request(cpu)

        ended = runs.run(asking, cpu="many")
        assert ended.state == "FAILED"
        assert "many" in ended.error
