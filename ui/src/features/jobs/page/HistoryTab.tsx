import type { JobDetails, JobProcess } from "@/api/compute/types";
import { JobState } from "@/lib/compute/JobState";
import { formatBytes, formatCount } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { jobPage } from "@/lib/paths";
import { formatDateTime, formatDuration } from "@/lib/times";
import { VirtualTable } from "@/lib/VirtualTable";
import { useWorkspace } from "@/lib/workspace";
import { outcomeWords } from "../logic/outcome";
import classes from "./HistoryTab.module.css";

/** Every change of state with its reason, and every process of every attempt. */
export function HistoryTab({ job }: { job: JobDetails }) {
  return (
    <div className={classes.tab}>
      <Panel title="What happened" count={formatCount(job.history.length)} flush>
        <ol className={classes.moments}>
          {job.history.map((moment, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: history only grows at its end.
            <li key={index}>
              <time dateTime={new Date(moment.at_ms).toISOString()}>{formatDateTime(moment.at_ms)}</time>
              <JobState state={moment.state} />
              <span className={classes.reason}>
                {moment.reason !== moment.state && moment.reason}
                {moment.attempt > 1 && <em> attempt {moment.attempt}</em>}
              </span>
              <span className={classes.after}>{after(job, index)}</span>
            </li>
          ))}
        </ol>
      </Panel>
      <Panel title="Processes" count={formatCount(job.processes.length)} flush>
        {job.processes.length === 0 ? (
          <p className={classes.none}>It has none yet.</p>
        ) : (
          <Processes job={job} />
        )}
      </Panel>
      {job.spec.call != null && <ResultPanel job={job} />}
    </div>
  );
}

const COLUMNS = [
  { id: "process", header: "Process", width: 150 },
  { id: "how", header: "How it ended", width: 210 },
  { id: "message", header: "Said" },
  { id: "node", header: "Machine", width: 150 },
  { id: "ran", header: "Ran", width: 90, align: "right" },
  { id: "cpu", header: "CPU time", width: 90, align: "right" },
  { id: "memory", header: "Peak memory", width: 110, align: "right" },
  { id: "log", header: "Log", width: 100, align: "right" },
] as const;

const ROW_PX = 30;
const ROWS_MAX = 16;

function Processes({ job }: { job: JobDetails }) {
  const height = Math.min(job.processes.length, ROWS_MAX) * ROW_PX + 30;
  return (
    <VirtualTable
      label="Processes"
      columns={COLUMNS}
      count={job.processes.length}
      rowHeight={ROW_PX}
      maxHeight={`${height}px`}
      cell={(row, column) => {
        const process = job.processes[row];
        return (
          process && <ProcessCell job={job} process={process} column={COLUMNS[column]?.id ?? "process"} />
        );
      }}
    />
  );
}

interface ProcessCellProps {
  job: JobDetails;
  process: JobProcess;
  column: (typeof COLUMNS)[number]["id"];
}

function ProcessCell({ job: { workload, spec }, process, column }: ProcessCellProps) {
  const workspace = useWorkspace();
  const ran = process.started_ms === null ? null : (process.ended_ms ?? Date.now()) - process.started_ms;
  switch (column) {
    case "process":
      return `attempt ${process.attempt}, rank ${process.rank}`;
    case "how":
      return outcomeWords(process, workload.resources, spec.timeout_s ?? null)?.title ?? "Running";
    case "message":
      return <span title={process.message}>{process.message}</span>;
    case "node":
      return `${process.node}${process.devices.length > 0 ? ` · GPU ${process.devices.join(", ")}` : ""}`;
    case "ran":
      return formatDuration(ran);
    case "cpu":
      return formatDuration(process.cpu_ms);
    case "memory":
      return process.peak_memory_bytes === null ? "–" : formatBytes(process.peak_memory_bytes);
    case "log": {
      const where = { tab: "log", attempt: String(process.attempt), rank: String(process.rank) };
      return (
        <PageLink page={jobPage(workspace, workload.id, where)}>
          {process.log_bytes === null ? "Log" : formatBytes(process.log_bytes)}
        </PageLink>
      );
    }
  }
}

/** What a Python call gave: its value stays with Python, since only Python can read it. */
function ResultPanel({ job: { workload, processes } }: { job: JobDetails }) {
  const bytes = processes.find((one) => one.attempt === workload.attempt && one.rank === 0)?.result_bytes;
  const code = `tm.future(${JSON.stringify(workload.id)}).result()`;
  return (
    <Panel title="Result">
      {bytes == null ? (
        <p className={classes.said}>The call has given nothing yet.</p>
      ) : (
        <p className={classes.said}>
          {workload.state === "failed" ? "It raised an exception" : "It returned a value"} (
          {formatBytes(bytes)}, pickled). Python reads it: <code>{code}</code>
        </p>
      )}
    </Panel>
  );
}

/** How long a state lasted. */
function after({ history }: JobDetails, index: number): string {
  const [now, next] = [history[index], history[index + 1]];
  return now === undefined || next === undefined ? "" : `for ${formatDuration(next.at_ms - now.at_ms)}`;
}
