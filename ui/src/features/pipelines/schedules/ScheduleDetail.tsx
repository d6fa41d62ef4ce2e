import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { type Schedule, scheduleQuery } from "@/api/pipelines/schedules";
import { Fact, Facts } from "@/lib/Facts";
import { ConfirmDialog } from "@/lib/lazyDialogs";
import { ErrorMessage } from "@/lib/Message";
import { formatCount } from "@/lib/numbers";
import { OnOff } from "@/lib/OnOff";
import { PageLink, useGo } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { catalogPage, schedulesPage } from "@/lib/paths";
import { formatDateTime } from "@/lib/times";
import { useWorkspace } from "@/lib/workspace";
import { Coming, NextRun } from "./Coming";
import classes from "./ScheduleDetail.module.css";
import { ScheduleTimes } from "./ScheduleTimes";
import { useScheduleActions } from "./useScheduleActions";

interface ScheduleDetailProps {
  id: string;
  /** What a pipeline is called; undefined while that is unknown, or where it is gone. */
  nameOf: (pipelineId: string) => string | undefined;
}

const SHOWN_NEXT = 5;

/** One schedule: when it runs, what it runs, and what its times came to. */
export function ScheduleDetail({ id, nameOf }: ScheduleDetailProps) {
  const workspace = useWorkspace();
  const go = useGo();
  const actions = useScheduleActions();
  const { data: schedule, error, refetch } = useQuery(scheduleQuery(workspace, id));
  const [deleting, setDeleting] = useState(false);
  if (schedule === undefined) {
    return error === null ? null : (
      <ErrorMessage title="The schedule cannot be shown" error={error} onRetry={() => void refetch()} />
    );
  }
  const parameters = Object.entries(schedule.parameters);
  return (
    <section className={classes.schedule} aria-label={`Schedule ${schedule.name}`}>
      <PageLink page={schedulesPage(workspace)} className={classes.back}>
        All schedules
      </PageLink>
      <header className={classes.head}>
        <h2 title={schedule.name}>{schedule.name}</h2>
        <OnOff
          on={schedule.enabled}
          label="The schedule is on"
          onChange={(on) => void actions.turn(id, on)}
        />
        <Button
          variant="default"
          size="xs"
          leftSection={<Trash2 size={13} />}
          onClick={() => setDeleting(true)}
        >
          Delete
        </Button>
      </header>
      {schedule.description !== "" && <p className={classes.description}>{schedule.description}</p>}
      {schedule.error !== "" && (
        <div className={classes.failure} role="alert">
          <strong>Its last run could not begin.</strong>
          <p>{schedule.error}</p>
        </div>
      )}
      <Facts>
        <Fact label="Runs">{schedule.words}</Fact>
        <Fact label="Next">
          <NextRun schedule={schedule} />
        </Fact>
        <Fact label="Pipeline">
          <PipelineOf schedule={schedule} nameOf={nameOf} />
        </Fact>
        <Fact label="Missed times">{schedule.catches_up ? "caught up" : "only the latest"}</Fact>
        <Fact label="At once">
          {schedule.active > 0
            ? `${schedule.active} of ${schedule.max_concurrency}`
            : schedule.max_concurrency}
        </Fact>
        {schedule.end_ms !== null && <Fact label="Ends">{formatDateTime(schedule.end_ms)}</Fact>}
      </Facts>
      {schedule.next_ms.length > 0 && (
        <Panel title="Next times" flush>
          <NextTimes times={schedule.next_ms.slice(0, SHOWN_NEXT)} />
        </Panel>
      )}
      <Panel title="Times so far" count={formatCount(schedule.count)} flush>
        {schedule.times.length === 0 ? (
          <p className={classes.none}>It has had no time yet.</p>
        ) : (
          <ScheduleTimes times={schedule.times} />
        )}
      </Panel>
      {parameters.length > 0 && (
        <Panel title="Parameters" count={formatCount(parameters.length)} flush>
          <dl className={classes.parameters}>
            {parameters.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      )}
      {deleting && (
        <ConfirmDialog
          title={`Delete ${schedule.name}?`}
          action="Delete the schedule"
          tone="bad"
          onConfirm={async () => {
            await actions.remove(id);
            go(schedulesPage(workspace));
          }}
          onClose={() => setDeleting(false)}
        >
          No more runs begin. Its runs stay, and those that go on do so.
        </ConfirmDialog>
      )}
    </section>
  );
}

function PipelineOf({ schedule, nameOf }: Pick<ScheduleDetailProps, "nameOf"> & { schedule: Schedule }) {
  const workspace = useWorkspace();
  const { pipeline_id: id, version_id: version } = schedule;
  if (id === "") return "from a file";
  return (
    <span className={classes.of}>
      <PageLink page={catalogPage(workspace, id, version || undefined)}>
        {nameOf(id) ?? id.slice(0, 8)}
      </PageLink>
      {version === "" ? ", always its latest version" : ", always this version"}
    </span>
  );
}

/** Times that come, with how far away they are. */
export function NextTimes({ times }: { times: readonly number[] }) {
  return (
    <ul className={classes.next}>
      {times.map((ms) => (
        <li key={ms}>
          <span className="tm-number">{formatDateTime(ms)}</span>
          <span className={classes.dim}>{WEEKDAY.format(ms)}</span>
          <span className={classes.dim}>
            <Coming ms={ms} />
          </span>
        </li>
      ))}
    </ul>
  );
}

const WEEKDAY = new Intl.DateTimeFormat("en", { weekday: "long" });
