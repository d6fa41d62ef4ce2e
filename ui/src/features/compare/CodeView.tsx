import type { RunRow } from "@/api/types";
import type { LineStyle } from "@/design/lineStyle";
import { CopyButton } from "@/lib/CopyButton";
import { changesUrl, codeOrigin } from "@/lib/codeOrigin";
import { plural } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { runPage } from "@/lib/paths";
import { Swatch } from "@/lib/Swatch";
import { useWorkspace } from "@/lib/workspace";
import classes from "./CodeView.module.css";
import { byCommit, type CommitGroup } from "./logic/commits";

interface CodeViewProps {
  runs: readonly RunRow[];
  styles: ReadonlyMap<string, LineStyle>;
}

/** Which runs share their code, and what to run to see the changes between those that do not. */
export default function CodeView({ runs, styles }: CodeViewProps) {
  const groups = byCommit(runs);
  const recorded = groups.filter((group) => group.commit !== null);
  return (
    <div className={classes.view}>
      <p className={classes.summary}>{summary(groups)}</p>
      {recorded.length >= 2 && <Changes from={recorded[0]} others={recorded.slice(1)} />}
      {groups.map((group) => (
        <Group key={group.commit ?? "none"} group={group} styles={styles} />
      ))}
    </div>
  );
}

function summary(groups: readonly CommitGroup[]): string {
  const recorded = groups.filter((group) => group.commit !== null);
  const none = groups.find((group) => group.commit === null)?.runs.length ?? 0;
  const missing = none > 0 ? ` ${plural(none, "run")} recorded no commit.` : "";
  if (recorded.length === 0) return "No run recorded its commit.";
  if (recorded.length === 1) return `All runs that recorded a commit have the same.${missing}`;
  return `These runs come from ${recorded.length} different commits.${missing}`;
}

function Changes({ from, others }: { from: CommitGroup | undefined; others: readonly CommitGroup[] }) {
  if (from === undefined || from.commit === null) return null;
  return (
    <Panel title="Changes">
      <ul className={classes.changes}>
        {others.map((other) => {
          const command = `git diff ${from.commit?.slice(0, 12)} ${other.commit?.slice(0, 12)}`;
          const url = from.repository && changesUrl(from.repository, from.commit ?? "", other.commit ?? "");
          return (
            <li key={other.commit}>
              <code>{command}</code>
              <CopyButton text={command} what="Command" />
              {url && from.repository === other.repository && (
                <a href={url} target="_blank" rel="noreferrer">
                  Open the changes
                </a>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

function Group({ group, styles }: { group: CommitGroup; styles: ReadonlyMap<string, LineStyle> }) {
  const workspace = useWorkspace();
  const origin = codeOrigin(group.runs[0]?.tags ?? {});
  const title = group.commit === null ? "No commit recorded" : `Commit ${group.commit.slice(0, 10)}`;
  return (
    <Panel title={title} count={plural(group.runs.length, "run")}>
      {group.commit !== null && (
        <p className={classes.facts}>
          <code>{group.commit}</code>
          <CopyButton text={group.commit} what="Commit" />
          {origin.branch !== null && <span>on {origin.branch}</span>}
          {origin.commitUrl !== null && (
            <a href={origin.commitUrl} target="_blank" rel="noreferrer">
              Open the commit
            </a>
          )}
        </p>
      )}
      <ul className={classes.runs}>
        {group.runs.map((run) => {
          const style = styles.get(run.run_id);
          return (
            <li key={run.run_id}>
              {style && <Swatch line={style} width={16} />}
              <PageLink page={runPage(workspace, run.experiment_id, run.run_id, "code")}>{run.name}</PageLink>
              <code>{codeOrigin(run.tags).entry}</code>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
