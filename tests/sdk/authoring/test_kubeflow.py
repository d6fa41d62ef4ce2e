"""What is compiled here is a pipeline to kfp too: its own SDK reads it, and its own local runner runs it."""

import json
import subprocess
from pathlib import Path

import pytest

from scripts import environments
from tests.sdk.authoring import pipelines_for_tests as written

_READ = """\
import json, sys, warnings
warnings.simplefilter("ignore")
from kfp import components, local
for path in sys.argv[2:]:
    components.load_component_from_file(path)
local.init(runner=local.SubprocessRunner(use_venv=False), pipeline_root=sys.argv[1] + "/root", raise_on_error=True)
ended = [components.load_component_from_file(path)().outputs for path in sys.argv[2:4]]
with open(sys.argv[1] + "/ended.json", "w") as file:
    json.dump(ended, file)
"""


@pytest.mark.slow
@pytest.mark.needs_kfp
def test_kfp_reads_every_pipeline_and_its_runner_gives_what_ours_gives(tmp_path: Path) -> None:
    pipelines = (written.kubeflow, written.chain, written.files, written.loops, written.mapped, written.decided)
    paths = [each.compile(tmp_path / f"{each.name}.yaml") for each in (*pipelines, written.parts, written.outer)]
    program = tmp_path / "read.py"
    program.write_text(_READ)
    command = [environments.ENVIRONMENTS["kfp"].python, program, tmp_path, *paths]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    ended = json.loads((tmp_path / "ended.json").read_text())
    assert ended[0] == dict(zip(("word", "heavy", "shown", "more"), written.kubeflow(), strict=True))
    assert ended[1] == {"Output": written.chain()}
