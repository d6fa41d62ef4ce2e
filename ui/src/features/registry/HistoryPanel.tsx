import type { HistoryLine } from "@/api/registry/types";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { versionPage } from "@/lib/paths";
import { TimeAgo } from "@/lib/TimeAgo";
import { useWorkspace } from "@/lib/workspace";
import classes from "./HistoryPanel.module.css";
import { historyWords } from "./logic/words";

interface HistoryPanelProps {
  model: string;
  history: readonly HistoryLine[];
  /** Name the version of each line: the history is of the whole model. */
  withVersions: boolean;
}

/** Who moved which alias and stage, and when. */
export function HistoryPanel({ model, history, withVersions }: HistoryPanelProps) {
  const workspace = useWorkspace();
  return (
    <Panel title="History" count={history.length}>
      {history.length === 0 && <span className={classes.none}>No alias or stage was given yet.</span>}
      <ol className={classes.lines}>
        {history.map((line) => (
          <li key={`${line.at_ms} ${line.turn} ${line.alias} ${line.version} ${line.after}`}>
            <span>
              {withVersions && (
                <>
                  <PageLink page={versionPage(workspace, model, line.version)}>v{line.version}</PageLink>{" "}
                </>
              )}
              {historyWords(line)}
            </span>
            <span className={classes.who}>
              {line.by} · <TimeAgo ms={line.at_ms} />
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
