import type { RunDetail } from "@/api/types";
import { formatCount } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { comparePage, experimentPage, runPage } from "@/lib/paths";
import { StatusIcon } from "@/lib/StatusIcon";
import { TimeAgo } from "@/lib/TimeAgo";
import { VirtualTable } from "@/lib/VirtualTable";
import { useWorkspace } from "@/lib/workspace";
import classes from "./Overview.module.css";

const COLUMNS = [
  { id: "status", header: <span className="tm-visually-hidden">Status</span>, width: 40 },
  { id: "name", header: "Run" },
  { id: "started", header: "Started", width: 120 },
];

/** The runs that this run started. */
export function ChildrenPanel({ run }: { run: RunDetail }) {
  const workspace = useWorkspace();
  if (run.children_total === 0) return null;
  const { children } = run;
  const filter = `tags.\`mlflow.parentRunId\` = '${run.run_id}'`;
  const cell = (row: number, column: number) => {
    const child = children[row];
    if (child === undefined) return null;
    if (column === 0) return <StatusIcon status={child.status} />;
    if (column === 2) return <TimeAgo ms={child.start_ms} />;
    return <PageLink page={runPage(workspace, run.experiment_id, child.run_id)}>{child.name}</PageLink>;
  };
  return (
    <div id="children">
      <Panel
        title="Children"
        count={
          children.length === run.children_total
            ? formatCount(run.children_total)
            : `${children.length} of ${formatCount(run.children_total)}`
        }
        flush
        tools={
          <>
            <PageLink
              page={comparePage(
                workspace,
                children.map((child) => child.run_id),
              )}
              className={classes.button}
            >
              Compare
            </PageLink>
            <PageLink
              page={experimentPage(workspace, run.experiment_id, { filter })}
              className={classes.button}
            >
              Open as table
            </PageLink>
          </>
        }
      >
        <VirtualTable
          label="Children"
          columns={COLUMNS}
          count={children.length}
          cell={cell}
          rowKey={(row) => children[row]?.run_id ?? row}
          maxHeight="340px"
        />
      </Panel>
    </div>
  );
}
