import type { JobDetails, JobProcess } from "@/api/compute/types";
import { Bar } from "@/lib/Bar";
import { formatCores, formatUsedCores } from "@/lib/compute/amounts";
import { formatBytes } from "@/lib/numbers";
import { Panel } from "@/lib/Panel";
import { formatDateTime, formatDuration } from "@/lib/times";
import { outcomeWords } from "../logic/outcome";
import classes from "./WhyTab.module.css";

/** What a process held when it ended, beside what it had asked for; and how earlier attempts went. */
export function AtTheEnd({ job, process }: { job: JobDetails; process: JobProcess }) {
  const { workload, spec } = job;
  const { memory_bytes: memoryAsked = 0, cpu_milli: cpuAsked = 0 } = workload.resources;
  const { started_ms: started, ended_ms: ended, peak_memory_bytes: peak, cpu_ms: cpu } = process;
  const ran = started === null || ended === null ? null : ended - started;
  const mean = ran === null || cpu === null || ran < 100 ? null : (cpu / ran) * 1000;
  const earlier = job.processes.filter((one) => one.attempt < process.attempt && one.rank === process.rank);
  return (
    <Panel title="At that moment">
      <dl className={classes.moment}>
        {peak !== null && (
          <div>
            <dt>Memory at its peak</dt>
            <dd>
              {memoryAsked > 0 && (
                <Bar
                  label="Memory at its peak"
                  parts={[{ value: peak, tone: peak > memoryAsked * 0.95 ? "bad" : "busy" }]}
                  total={Math.max(memoryAsked, peak)}
                />
              )}
              {formatBytes(peak)}
              {memoryAsked > 0 && ` of ${formatBytes(memoryAsked)}`}
            </dd>
          </div>
        )}
        {mean !== null && (
          <div>
            <dt>CPU, on average</dt>
            <dd>
              <Bar
                label="CPU, on average"
                parts={[{ value: mean, tone: "busy" }]}
                total={Math.max(cpuAsked, mean)}
              />
              {formatUsedCores(mean)} cores
              {cpuAsked > 0 && ` of ${formatCores(cpuAsked)}`}
            </dd>
          </div>
        )}
        <div>
          <dt>Ran</dt>
          <dd>
            {formatDuration(ran)}
            {spec.timeout_s != null && ` of ${formatDuration(spec.timeout_s * 1000)} at most`}
          </dd>
        </div>
        <div>
          <dt>Ended</dt>
          <dd>{formatDateTime(ended)}</dd>
        </div>
        <div>
          <dt>Machine</dt>
          <dd>
            {process.node}
            {process.devices.length > 0 && `, GPU ${process.devices.join(", ")}`}
          </dd>
        </div>
        {earlier.length > 0 && (
          <div>
            <dt>Attempts before</dt>
            <dd className={classes.earlier}>
              {earlier
                .map((one) => outcomeWords(one, workload.resources, spec.timeout_s ?? null)?.title ?? "?")
                .reverse()
                .map((title, index) => `${index + 1}: ${title}`)
                .join(" · ")}
            </dd>
          </div>
        )}
      </dl>
    </Panel>
  );
}
