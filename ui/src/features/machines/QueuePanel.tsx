import { useQuery } from "@tanstack/react-query";
import { queueQuery } from "@/api/compute/machines";
import { resourcesText } from "@/lib/compute/amounts";
import { formatCount } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { jobPage } from "@/lib/paths";
import { formatDuration } from "@/lib/times";
import { useNow } from "@/lib/useNow";
import { VirtualTable } from "@/lib/VirtualTable";
import { useWorkspace } from "@/lib/workspace";
import classes from "./Panels.module.css";

const COLUMNS = [
  { id: "place", header: "Place", width: 64, align: "right" },
  { id: "name", header: "Job", width: 200 },
  { id: "workspace", header: "Workspace", width: 120 },
  { id: "asks", header: "Asks for", width: 190 },
  { id: "priority", header: "Priority", width: 76, align: "right" },
  { id: "waits", header: "Waiting", width: 90, align: "right" },
  { id: "why", header: "For what" },
] as const;

const ROW_PX = 30;
const ROWS_MAX = 10;

/** Who waits, of all workspaces, in the order in which they will start. */
export function QueuePanel() {
  const workspace = useWorkspace();
  const now = useNow();
  const { data: line } = useQuery(queueQuery(workspace));
  // Only administrators see other workspaces' queues.
  if (line === undefined) return null;
  return (
    <Panel title="Queue" count={formatCount(line.length)} flush>
      {line.length === 0 ? (
        <p className={classes.none}>Nobody waits.</p>
      ) : (
        <VirtualTable
          label="Queue"
          columns={COLUMNS}
          count={line.length}
          rowHeight={ROW_PX}
          maxHeight={`${(Math.min(line.length, ROWS_MAX) + 1) * ROW_PX}px`}
          cell={(row, column) => {
            const job = line[row];
            if (job === undefined) return null;
            switch (COLUMNS[column]?.id) {
              case "place":
                return job.place;
              case "name":
                return job.workspace === workspace ? (
                  <PageLink page={jobPage(workspace, job.id)}>{job.name}</PageLink>
                ) : (
                  job.name
                );
              case "workspace":
                return job.workspace;
              case "asks":
                return `${resourcesText(job.resources)}${job.replicas > 1 ? ` × ${job.replicas}` : ""}`;
              case "priority":
                return job.priority;
              case "waits":
                return formatDuration(now - job.created_ms);
              default:
                return <span title={job.why}>{job.why}</span>;
            }
          }}
        />
      )}
    </Panel>
  );
}
