import type { Node } from "@/api/compute/types";
import { resourcesText } from "@/lib/compute/amounts";
import { JobState } from "@/lib/compute/JobState";
import { plural } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { jobPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import classes from "./NodeCard.module.css";

/** Which processes hold room of a machine. */
export function Holders({ node }: { node: Node }) {
  const workspace = useWorkspace();
  return (
    <details className={classes.holders} open={node.holders.length <= 5}>
      <summary>{plural(node.processes, "process", "processes")} on it</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard. */}
      <ul tabIndex={0} aria-label={`Processes on ${node.name}`}>
        {node.holders.map((holder) => (
          <li key={`${holder.workspace} ${holder.id} ${holder.rank} ${holder.devices.join()}`}>
            <JobState state={holder.state} iconOnly size={14} />
            {holder.id === "" ? (
              <span className={classes.other}>a process of the workspace {holder.workspace}</span>
            ) : (
              <span>
                <PageLink page={jobPage(workspace, holder.id)}>{holder.name}</PageLink>
                {holder.rank > 0 && <span className={classes.other}> rank {holder.rank}</span>}
              </span>
            )}
            <span className={classes.other}>{resourcesText(holder.resources)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
