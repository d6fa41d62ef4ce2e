"""Container components: commands with all that may stand in them, and what they leave. As commands of this machine."""

from typing import List, Optional

import pytest
from kfp import dsl

from tests.conformance.kfp.running import Runs, note, say

pytestmark = pytest.mark.usefixtures("commands")


@dsl.container_component
def shell(script: str, text: dsl.OutputPath(str)):
    return dsl.ContainerSpec(image="alpine", command=["sh", "-ec"], args=[script, "sh", text])


SAYS = 'mkdir -p "$(dirname "$1")"; printf "%s" "$*" > "$1"'


class TestArguments:
    def test_what_it_writes_is_its_output(self, runs: Runs) -> None:
        @dsl.pipeline
        def writing():
            say(text=shell(script='mkdir -p "$(dirname "$1")"; printf "from a shell" > "$1"').outputs["text"])

        assert runs.succeed(writing).output("say") == "from a shell"

    def test_concat_and_if_present(self, runs: Runs) -> None:
        @dsl.container_component
        def built(out: dsl.OutputPath(str), name: str, greeting: Optional[str] = None, twice: bool = False):
            return dsl.ContainerSpec(
                image="alpine",
                command=["sh", "-ec", 'out=$1; shift; mkdir -p "$(dirname "$out")"; printf "[%s]" "$@" > "$out"', "sh"],
                args=[
                    out,
                    dsl.ConcatPlaceholder(["--name=", name, "!"]),
                    dsl.IfPresentPlaceholder(
                        input_name="greeting", then=["--greeting", greeting], else_=["--no-greeting"]
                    ),
                    dsl.ConcatPlaceholder(
                        ["<", dsl.IfPresentPlaceholder(input_name="greeting", then=greeting, else_="none"), ">"]
                    ),
                    dsl.IfPresentPlaceholder(input_name="nothing", then=["never"]) if False else twice,
                ],
            )

        @dsl.pipeline
        def building(greeting: Optional[str] = None):
            built(name="N", greeting="hi there")
            built(name="M")

        ended = runs.succeed(building)
        assert ended.output("built", "out") == "[--name=N!][--greeting][hi there][<hi there>][false]"
        assert ended.output("built-2", "out") == "[--name=M!][--no-greeting][<none>][false]"

    def test_parameters_are_written_as_texts(self, runs: Runs) -> None:
        @dsl.container_component
        def typed(out: dsl.OutputPath(str), n: int, x: float, b: bool, items: list, struct: dict):
            return dsl.ContainerSpec(
                image="alpine",
                command=["sh", "-ec", 'out=$1; shift; mkdir -p "$(dirname "$out")"; printf "%s|" "$@" > "$out"', "sh"],
                args=[out, n, x, b, items, struct],
            )

        @dsl.pipeline
        def typing():
            typed(n=3, x=0.5, b=True, items=[1, "a"], struct={"k": [2]})

        assert runs.succeed(typing).output("typed", "out") == '3|0.5|true|[1,"a"]|{"k":[2]}|'

    def test_placeholders_of_the_run(self, runs: Runs) -> None:
        @dsl.container_component
        def names(out: dsl.OutputPath(str)):
            return dsl.ContainerSpec(
                image="alpine",
                command=["sh", "-ec", 'mkdir -p "$(dirname "$0")"; printf "%s" "$1 $2" > "$0"', out],
                args=[dsl.PIPELINE_JOB_ID_PLACEHOLDER, dsl.PIPELINE_TASK_NAME_PLACEHOLDER],
            )

        @dsl.pipeline
        def naming():
            names()

        ended = runs.succeed(naming)
        assert ended.output("names", "out") == f"{ended.id} names"


class TestArtifacts:
    def test_it_reads_and_writes_them_by_path_uri_and_metadata(self, runs: Runs) -> None:
        @dsl.component
        def made_before(rows: int, data: dsl.Output[dsl.Dataset]):
            with open(data.path, "w") as file:
                file.write("row\n" * rows)
            data.metadata.update(kind="plain", rows=rows)

        @dsl.container_component
        def copies(
            given: dsl.Input[dsl.Dataset],
            made: dsl.Output[dsl.Dataset],
            said: dsl.OutputPath(str),
            rows: dsl.OutputPath(int),
        ):
            return dsl.ContainerSpec(
                image="alpine",
                command=[
                    "sh",
                    "-ec",
                    'mkdir -p "$(dirname "$1")" "$(dirname "$2")"; cat "$0" "$0" > "$1"; printf "%s" "$4" > "$2"; '
                    'printf "%s" "$5" > "$3"; test -n "$6"',
                    given.path,
                    made.path,
                    said,
                    rows,
                    given.metadata["kind"],
                    given.metadata["rows"],
                    given.uri,
                ],
            )

        @dsl.component
        def lines(data: dsl.Input[dsl.Dataset]) -> int:
            return len(open(data.path).readlines())

        @dsl.pipeline
        def copying():
            made = copies(given=made_before(rows=2).outputs["data"])
            lines(data=made.outputs["made"])

        ended = runs.succeed(copying)
        assert ended.output("lines") == 4
        assert (ended.output("copies", "said"), ended.output("copies", "rows")) == ("plain", 2)

    def test_its_executor_output_says_what_it_made(self, runs: Runs) -> None:
        @dsl.container_component
        def tells(made: dsl.Output[dsl.Artifact], n: dsl.OutputPath(int)):
            return dsl.ContainerSpec(
                image="alpine",
                command=[
                    "sh",
                    "-ec",
                    'mkdir -p "$(dirname "$0")"; printf "%s" '
                    '\'{"parameterValues": {"n": 5}, '
                    '"artifacts": {"made": {"artifacts": [{"metadata": {"by": "hand"}}]}}}\''
                    ' > "$0"',
                    dsl.PIPELINE_TASK_EXECUTOR_OUTPUT_PATH_PLACEHOLDER,
                ],
            )

        @dsl.pipeline
        def telling():
            tells()

        ended = runs.succeed(telling)
        assert ended.output("tells", "n") == 5
        assert ended.made("tells", "made")[0]["metadata"] == {"by": "hand"}

    def test_a_list_of_them_is_given_as_json(self, runs: Runs) -> None:
        @dsl.container_component
        def listed(given: dsl.Input[List[dsl.Artifact]], out: dsl.OutputPath(str)):
            return dsl.ContainerSpec(
                image="alpine",
                command=["sh", "-ec", 'mkdir -p "$(dirname "$1")"; printf "%s" "$0" > "$1"', given, out],
            )

        @dsl.pipeline
        def listing():
            with dsl.ParallelFor(["a", "b"]) as text:
                made = note(text=text)
            listed(given=dsl.Collected(made.outputs["made"]))

        assert '"text":"b"' in runs.succeed(listing).output("listed", "out").replace(" ", "")


class TestEnds:
    def test_its_exit_code_is_told(self, runs: Runs) -> None:
        @dsl.pipeline
        def failing():
            shell(script="echo it is broken >&2; exit 7")

        ended = runs.run(failing)
        assert ended.state == "FAILED"
        assert "7" in ended.error
        assert "it is broken" in runs.log(ended.tasks["shell"])

    def test_variables_are_there(self, runs: Runs) -> None:
        @dsl.pipeline
        def variables():
            task = shell(script='mkdir -p "$(dirname "$1")"; printf "%s" "$MODE $OTHER" > "$1"')
            task.set_env_variable("MODE", "fast").set_env_variable("OTHER", dsl.PIPELINE_TASK_NAME_PLACEHOLDER)

        assert runs.succeed(variables).output("shell", "text") == "fast shell"

    def test_the_image_may_come_from_a_task(self, runs: Runs) -> None:
        @dsl.pipeline
        def imaged():
            image = say(text="alpine:3")
            shell(script='mkdir -p "$(dirname "$1")"; printf x > "$1"').set_container_image(image.output)

        assert runs.succeed(imaged).output("shell", "text") == "x"

    def test_how_it_ran_is_told(self, runs: Runs) -> None:
        @dsl.pipeline
        def ways():
            say(text="worker")
            shell(script='mkdir -p "$(dirname "$1")"; printf x > "$1"')

        ended = runs.run(ways)
        assert ended.tasks["say"]["how"] == "worker"
        assert ended.tasks["shell"]["how"] in ("command", "container")
