"""What a run's tags say of where it comes from, as lineage.

MLflow's clients tag a run with the commit of the code that they run in. A run that is made in a task of a pipeline has
tags that name the task, since the step's environment carries them.
"""

import re
from collections.abc import Iterator, Sequence

from tidemill.core.lineage import Edge, Kind, Thing
from tidemill.tracking.experiments.models import Tag

COMMIT_TAG = "mlflow.source.git.commit"
PIPELINE_RUN_TAG = "tidemill.pipelineRun"
PIPELINE_TASK_TAG = "tidemill.pipelineTask"
_COMMIT = re.compile("[0-9a-fA-F]{4,64}")
_LONGEST_ID = 500


def origins(run_uuid: str, tags: Sequence[Tag]) -> Iterator[Edge]:
    """The commit and the pipeline task that a run comes of; what is no commit, or no task, leads nowhere."""
    known = {tag.key: tag.value for tag in tags if tag.key in (COMMIT_TAG, PIPELINE_RUN_TAG, PIPELINE_TASK_TAG)}
    run = Thing(Kind.RUN, run_uuid)
    commit = known.get(COMMIT_TAG, "").strip()
    if _COMMIT.fullmatch(commit):
        yield Edge(Thing(Kind.COMMIT, commit.lower()), run)
    task = f"{known.get(PIPELINE_RUN_TAG, '')}/{known.get(PIPELINE_TASK_TAG, '')}"
    if not task.startswith("/") and not task.endswith("/") and len(task) <= _LONGEST_ID:
        yield Edge(Thing(Kind.PIPELINE_TASK, task), run)
