import type { JobDetails } from "@/api/compute/types";
import { CopyButton } from "@/lib/CopyButton";
import { resourcesText } from "@/lib/compute/amounts";
import { JobState } from "@/lib/compute/JobState";
import { isLive } from "@/lib/compute/states";
import { Fact, Facts } from "@/lib/Facts";
import { plural } from "@/lib/numbers";
import { PageHead } from "@/lib/PageHead";
import { PageLink } from "@/lib/PageLink";
import { jobsPage, machinesPage } from "@/lib/paths";
import { TimeAgo } from "@/lib/TimeAgo";
import { formatDuration } from "@/lib/times";
import { useSeconds } from "@/lib/useSeconds";
import { useWorkspace } from "@/lib/workspace";
import { decisive, outcomeWords, processesOf, ranMs, waitedMs } from "../logic/outcome";
import { ProgressBar } from "../progress/ProgressBar";
import { JobButtons } from "./JobButtons";
import classes from "./JobHeader.module.css";

/** Which job this is, how it stands, and what can be done with it. */
export function JobHeader({ job }: { job: JobDetails }) {
  const workspace = useWorkspace();
  const { workload, spec } = job;
  const now = useSeconds(isLive(workload.state));
  const processes = processesOf(job, workload.attempt);
  const speaker = decisive(processes);
  const words =
    speaker && !isLive(workload.state) && outcomeWords(speaker, workload.resources, spec.timeout_s ?? null);
  const nodes = [...new Set(processes.map((process) => process.node))];
  const most = workload.most_attempts;
  return (
    <PageHead title={workload.name} tools={<JobButtons job={job} />}>
      <Facts>
        <Fact label="State">
          <JobState state={workload.state} />
          {words && words.title !== "Succeeded" && words.title !== "Stopped" && (
            <strong className={classes.outcome} title={words.detail}>
              {words.title}
            </strong>
          )}
        </Fact>
        <Fact label="Waited">
          <span className="tm-number">{formatDuration(waitedMs(workload, now))}</span>
        </Fact>
        {workload.started_ms !== null && (
          <Fact label="Ran">
            <span className="tm-number">{formatDuration(ranMs(workload, now))}</span>
          </Fact>
        )}
        <Fact label={workload.ended_ms === null ? "Submitted" : "Ended"}>
          <TimeAgo ms={workload.ended_ms ?? workload.created_ms} />
        </Fact>
        {(workload.attempt > 1 || most !== 1) && (
          <Fact label="Attempt">
            <span className="tm-number">
              {workload.attempt}
              {most !== null && ` of ${Math.max(most, workload.attempt)}`}
            </span>
          </Fact>
        )}
        <Fact label="Asks for">
          {resourcesText(workload.resources)}
          {workload.replicas > 1 && ` × ${plural(workload.replicas, "process", "processes")}`}
        </Fact>
        {nodes.length > 0 && (
          <Fact label={nodes.length === 1 ? "Machine" : "Machines"}>
            <PageLink page={machinesPage(workspace)}>{nodes.join(", ")}</PageLink>
          </Fact>
        )}
        <Fact label="Kind">{workload.kind}</Fact>
        {workload.priority !== 0 && <Fact label="Priority">{workload.priority}</Fact>}
        {workload.group !== "" && (
          <Fact label="Group">
            <PageLink page={jobsPage(workspace, { group: workload.group })}>{workload.group}</PageLink>
          </Fact>
        )}
        <Fact label="Owner">{workload.owner}</Fact>
        <Fact label="Job id">
          <code title={workload.id}>{workload.id.slice(0, 8)}</code>
          <CopyButton text={workload.id} what="Job id" />
        </Fact>
      </Facts>
      {workload.progress !== null && (
        <div className={classes.progress}>
          <ProgressBar progress={workload.progress} name={workload.name} over={workload.ended_ms !== null} />
        </div>
      )}
    </PageHead>
  );
}
