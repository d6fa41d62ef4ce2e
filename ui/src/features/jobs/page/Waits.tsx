import { Clock } from "lucide-react";
import type { JobDetails } from "@/api/compute/types";
import { PageLink } from "@/lib/PageLink";
import { jobsPage, machinesPage } from "@/lib/paths";
import { formatDuration } from "@/lib/times";
import { useNow } from "@/lib/useNow";
import { useWorkspace } from "@/lib/workspace";
import { waitedMs } from "../logic/outcome";
import { ordinal } from "../logic/reasons";
import classes from "./Waits.module.css";

/** Why a job has not begun, and where it stands in the line. */
export function Waits({ job: { workload, why } }: { job: JobDetails }) {
  const workspace = useWorkspace();
  const now = useNow();
  return (
    <section className={classes.waits} aria-label="Why it waits">
      <Clock size={16} aria-hidden />
      <p>
        <strong>Waiting for {formatDuration(waitedMs(workload, now))}:</strong>{" "}
        {why || "its turn has not come yet"}
        {"."}
      </p>
      <span className={classes.links}>
        {workload.place !== null && (
          <PageLink page={jobsPage(workspace, { state: "queued", sort: "queue" })}>
            {ordinal(workload.place)} in line
          </PageLink>
        )}
        <PageLink page={machinesPage(workspace)}>Machines</PageLink>
      </span>
    </section>
  );
}
