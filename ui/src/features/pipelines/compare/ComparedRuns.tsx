import type { RunChanges, RunState } from "@/api/pipelines/types";
import { PageLink } from "@/lib/PageLink";
import { pipelineRunPage } from "@/lib/paths";
import { formatDateTime, formatDuration } from "@/lib/times";
import { useWorkspace } from "@/lib/workspace";
import { PipelineState } from "../state/PipelineState";
import classes from "./ComparedRuns.module.css";

type Run = RunChanges["before"];

/** Which two runs are compared. */
export function ComparedRuns({ before, after }: { before: Run; after: Run }) {
  return (
    <div className={classes.runs}>
      <ComparedRun run={before} label="Before" />
      <ComparedRun run={after} label="After" />
    </div>
  );
}

function ComparedRun({ run, label }: { run: Run; label: string }) {
  const workspace = useWorkspace();
  const took = run.finished_ms === null ? null : run.finished_ms - run.created_ms;
  return (
    <section className={classes.run} aria-label={`${label}: ${run.name}`}>
      <span className={classes.label}>{label}</span>
      <PageLink page={pipelineRunPage(workspace, run.id)}>{run.name}</PageLink>
      <span className={classes.facts}>
        <PipelineState state={run.state as RunState} />
        <span>{formatDateTime(run.created_ms)}</span>
        {took !== null && <span>took {formatDuration(took)}</span>}
        {run.pipeline_name !== "" && <span>{run.pipeline_name}</span>}
      </span>
    </section>
  );
}
