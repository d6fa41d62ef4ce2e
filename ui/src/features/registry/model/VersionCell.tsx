import type { ReactNode } from "react";
import type { VersionRow } from "@/api/registry/types";
import type { RunRow } from "@/api/types";
import { formatExact, formatNumber, toNumber } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { runPage, versionPage } from "@/lib/paths";
import { AliasChip } from "@/lib/registry/AliasChip";
import { StageChip } from "@/lib/registry/StageChip";
import { TimeAgo } from "@/lib/TimeAgo";
import type { Selection } from "@/lib/useSelection";
import { useWorkspace } from "@/lib/workspace";
import list from "../list/ModelTable.module.css";
import { firstLine } from "../logic/words";
import classes from "./VersionCell.module.css";

interface VersionCellProps {
  column: string;
  version: VersionRow;
  /** The run that it was made of, where that is known. */
  run: RunRow | undefined;
  /** The best value of each metric that has one. */
  best: ReadonlyMap<string, number | null>;
  selection: Selection;
}

/** What stands in one cell of the table of versions. */
export function VersionCell({ column, version, run, best, selection }: VersionCellProps): ReactNode {
  const workspace = useWorkspace();
  const id = String(version.version);
  switch (column) {
    case "select":
      return (
        <input
          type="checkbox"
          aria-label={`Select version ${id}`}
          checked={selection.has(id)}
          onChange={(event) => selection.set([id], event.currentTarget.checked)}
        />
      );
    case "version":
      return (
        <span className={list.two}>
          <span className={list.chips}>
            <PageLink page={versionPage(workspace, version.name, version.version)} className={classes.number}>
              v{version.version}
            </PageLink>
            {version.aliases.map((alias) => (
              <AliasChip key={alias} model={version.name} alias={alias} version={version.version} />
            ))}
            {version.status !== "READY" && (
              <span className={classes.status} title={version.status_message}>
                {version.status.replaceAll("_", " ").toLowerCase()}
              </span>
            )}
          </span>
          {version.description !== "" && (
            <span className={list.under} title={firstLine(version.description)}>
              {firstLine(version.description)}
            </span>
          )}
        </span>
      );
    case "stage":
      return <StageChip stage={version.stage} />;
    case "run":
      return <FromRun version={version} run={run} />;
    case "created":
      return (
        <span className={list.two}>
          <TimeAgo ms={version.created_ms} />
          {version.user !== "" && <span className={list.under}>{version.user}</span>}
        </span>
      );
    default:
      return <Metric name={column.replace(/^metric /, "")} run={run} best={best} />;
  }
}

function FromRun({ version, run }: { version: VersionRow; run: RunRow | undefined }) {
  const workspace = useWorkspace();
  if (version.run_id === "") return <span className={list.under}>–</span>;
  if (run === undefined) return <code className={list.under}>{version.run_id.slice(0, 8)}</code>;
  return (
    <PageLink page={runPage(workspace, run.experiment_id, run.run_id)} title={run.name}>
      {run.name}
    </PageLink>
  );
}

function Metric({
  name,
  run,
  best,
}: {
  name: string;
  run: RunRow | undefined;
  best: ReadonlyMap<string, number | null>;
}) {
  const cell = run?.metrics[name];
  if (cell === undefined) return <span className={list.under}>–</span>;
  const isBest = best.get(name) === toNumber(cell.last);
  return (
    <span
      className={isBest ? classes.best : undefined}
      title={isBest ? `${formatExact(cell.last)}, the best of these` : formatExact(cell.last)}
    >
      {formatNumber(cell.last)}
    </span>
  );
}
