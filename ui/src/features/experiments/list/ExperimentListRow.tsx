import { ActionIcon, Menu } from "@mantine/core";
import { ArchiveRestore, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ExperimentRow } from "@/api/types";
import { TextDialog } from "@/lib/lazyDialogs";
import { formatCount } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { experimentPage } from "@/lib/paths";
import { TimeAgo } from "@/lib/TimeAgo";
import { useWorkspace } from "@/lib/workspace";
import { useExperimentActions } from "../actions/useExperimentActions";
import classes from "./ExperimentList.module.css";

interface ExperimentListRowProps {
  experiment: ExperimentRow;
  index: number;
  top: number;
}

/** One experiment: the whole row leads to it. */
export function ExperimentListRow({ experiment, index, top }: ExperimentListRowProps) {
  const workspace = useWorkspace();
  const deleted = experiment.lifecycle_stage === "deleted";
  const view = deleted ? { view: "all" } : {};
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      style={{ transform: `translateY(${top}px)` }}
    >
      <Cell name="name">
        <PageLink page={experimentPage(workspace, experiment.experiment_id, view)} title={experiment.name}>
          {experiment.name}
        </PageLink>
      </Cell>
      <Cell name="runs">
        <Runs runs={experiment.runs} />
      </Cell>
      <Cell name="time">
        <TimeAgo ms={experiment.last_run_ms} />
      </Cell>
      <Cell name="time wide">
        <TimeAgo ms={experiment.updated_ms} />
      </Cell>
      <Cell name="time wide">
        <TimeAgo ms={experiment.created_ms} />
      </Cell>
      <Cell name="menu">
        <RowMenu experiment={experiment} deleted={deleted} />
      </Cell>
    </div>
  );
}

function Cell({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <span
      role="cell"
      className={name
        .split(" ")
        .map((one) => classes[one])
        .join(" ")}
    >
      {children}
    </span>
  );
}

function Runs({ runs }: { runs: ExperimentRow["runs"] }) {
  return (
    <>
      <span className={classes.total}>{formatCount(runs.total)}</span>
      {runs.running > 0 && <span className={classes.running}>{formatCount(runs.running)} running</span>}
      {runs.failed > 0 && <span className={classes.failed}>{formatCount(runs.failed)} failed</span>}
    </>
  );
}

function RowMenu({ experiment, deleted }: { experiment: ExperimentRow; deleted: boolean }) {
  const actions = useExperimentActions();
  const [renaming, setRenaming] = useState(false);
  return (
    <>
      <Menu position="bottom-end" width={170}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={26} aria-label={`Options of ${experiment.name}`}>
            <Ellipsis size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {deleted ? (
            <Menu.Item leftSection={<ArchiveRestore size={14} />} onClick={() => actions.restore(experiment)}>
              Restore
            </Menu.Item>
          ) : (
            <>
              <Menu.Item leftSection={<Pencil size={14} />} onClick={() => setRenaming(true)}>
                Rename
              </Menu.Item>
              <Menu.Item leftSection={<Trash2 size={14} />} onClick={() => actions.remove(experiment)}>
                Delete
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {renaming && (
        <TextDialog
          title="Rename experiment"
          label="Name"
          action="Rename"
          initial={experiment.name}
          onSubmit={(name) => actions.rename(experiment, name)}
          onClose={() => setRenaming(false)}
        />
      )}
    </>
  );
}
