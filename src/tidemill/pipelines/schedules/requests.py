"""From a schedule and one of its times to the run that is asked for."""

from tidemill.kit.ids import new_uuid
from tidemill.pipelines.runs.models import RunRequest, Source
from tidemill.pipelines.schedules.macros import Macros
from tidemill.pipelines.schedules.models import NewSchedule, Schedule


def request_of(
    schedule: Schedule | NewSchedule, schedule_uuid: str, *, index: int, due_ms: int, now_ms: int, run_uuid: str = ""
) -> RunRequest:
    """The run of a schedule's time, with what its name and its parameters ask for filled in.

    It has the schedule's name with its number behind it, or what that name makes of itself.
    """
    macros = Macros(run_uuid or new_uuid(), due_ms, now_ms, index)
    name = macros.fill(schedule.display_name)
    source = schedule.source
    return RunRequest(
        display_name=name if name != schedule.display_name else f"{name} {index}",
        description=schedule.description,
        experiment_id=schedule.experiment_id,
        source=Source(source.pipeline_uuid, source.version_uuid, schedule_uuid),
        document=schedule.document,
        parameters=macros.fill(dict(schedule.parameters)),
        pipeline_root=macros.fill(schedule.pipeline_root),
        service_account=schedule.service_account,
    )
