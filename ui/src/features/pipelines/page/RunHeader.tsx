import { useQuery } from "@tanstack/react-query";
import { experimentQuery } from "@/api/experiments";
import { pipelinesQuery } from "@/api/pipelines/catalog";
import type { PipelineRun } from "@/api/pipelines/types";
import { CopyButton } from "@/lib/CopyButton";
import { Fact, Facts } from "@/lib/Facts";
import { PageHead } from "@/lib/PageHead";
import { PageLink } from "@/lib/PageLink";
import { catalogPage, pipelinesPage } from "@/lib/paths";
import { TimeAgo } from "@/lib/TimeAgo";
import { formatDateTime, formatDuration } from "@/lib/times";
import { useSeconds } from "@/lib/useSeconds";
import { useWorkspace } from "@/lib/workspace";
import { runTookMs } from "../logic/listing";
import { progressOf } from "../logic/progress";
import { isLive } from "../logic/states";
import { valueText } from "../logic/values";
import { ScheduleMark } from "../schedules/ScheduleMark";
import { PipelineState } from "../state/PipelineState";
import { StepProgress } from "../state/StepProgress";
import { RunButtons } from "./RunButtons";
import classes from "./RunHeader.module.css";

/** Which run this is, how it stands, and what can be done with it. */
export function RunHeader({ run }: { run: PipelineRun }) {
  const workspace = useWorkspace();
  const now = useSeconds(isLive(run.state));
  const { data: pipelines } = useQuery({
    ...pipelinesQuery(workspace),
    enabled: run.pipeline_id !== "",
  });
  const pipeline = pipelines?.find((one) => one.pipeline_id === run.pipeline_id)?.display_name;
  const { data: experiment } = useQuery(experimentQuery(workspace, run.experiment_id));
  const parameters = Object.entries(run.parameters);
  return (
    <PageHead title={run.name} tools={<RunButtons run={run} />}>
      <Facts>
        <Fact label="State">
          <PipelineState state={run.state} />
        </Fact>
        {progressOf(run.counts) !== null && (
          <Fact label="Steps">
            <StepProgress counts={run.counts} />
          </Fact>
        )}
        {run.archived && <Fact label="Kept in">the archive</Fact>}
        <Fact label="Started">
          <TimeAgo ms={run.created_ms} />
        </Fact>
        <Fact label={run.finished_ms === null ? "Takes" : "Took"}>
          <span className="tm-number">{formatDuration(runTookMs(run, now))}</span>
        </Fact>
        {run.pipeline_id !== "" && (
          <Fact label="Pipeline">
            <PageLink page={catalogPage(workspace, run.pipeline_id, run.version_id || undefined)}>
              {pipeline ?? run.pipeline_id.slice(0, 8)}
            </PageLink>
          </Fact>
        )}
        {run.schedule_id !== "" && (
          <Fact label="Scheduled">
            {formatDateTime(run.scheduled_ms)}{" "}
            <ScheduleMark scheduleId={run.schedule_id} dueMs={run.scheduled_ms} />
          </Fact>
        )}
        <Fact label="Experiment">
          <PageLink page={pipelinesPage(workspace, { experiment: run.experiment_id })}>
            {experiment?.name ?? run.experiment_id}
          </PageLink>
        </Fact>
        <Fact label="Run id">
          <code title={run.id}>{run.id.slice(0, 8)}</code>
          <CopyButton text={run.id} what="Run id" />
        </Fact>
      </Facts>
      {parameters.length > 0 && (
        <dl className={classes.parameters} aria-label="Parameters">
          {parameters.map(([name, value]) => (
            <div key={name} title={`${name} = ${valueText(value).slice(0, 1000)}`}>
              <dt>{name}</dt>
              <dd>{valueText(value).slice(0, 200)}</dd>
            </div>
          ))}
        </dl>
      )}
    </PageHead>
  );
}
