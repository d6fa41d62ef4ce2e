import { Flag, X } from "lucide-react";
import type { LineStyle } from "@/design/lineStyle";
import { PageLink } from "@/lib/PageLink";
import { runPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { Swatch } from "@/lib/Swatch";
import { useWorkspace } from "@/lib/workspace";
import { AddRuns } from "./AddRuns";
import classes from "./ComparePage.module.css";
import type { Compared } from "./useCompared";

interface RunChipsProps {
  compared: Compared;
  styles: ReadonlyMap<string, LineStyle>;
}

/** Chips drawn; the rest is in the table below. */
const CHIPS_MAX = 12;

/** The runs that are compared: each can leave, or be the one that others are measured by. */
export function RunChips({ compared, styles }: RunChipsProps) {
  const workspace = useWorkspace();
  const [query, patchQuery] = useQueryState();
  const { runs, ids, setIds } = compared;
  const hidden = runs.length - CHIPS_MAX;
  return (
    <div className={classes.chips}>
      <ul aria-label="Runs compared">
        {runs.slice(0, CHIPS_MAX).map((run) => {
          const isBase = query.base === run.run_id;
          const style = styles.get(run.run_id);
          return (
            <li key={run.run_id} className={classes.chip} data-base={isBase}>
              {style && <Swatch line={style} width={16} />}
              <PageLink page={runPage(workspace, run.experiment_id, run.run_id)} title={run.name}>
                {run.name}
              </PageLink>
              <button
                type="button"
                aria-pressed={isBase}
                aria-label={`Measure the others by ${run.name}`}
                title={isBase ? "Baseline" : "Make it the baseline"}
                onClick={() => patchQuery({ base: isBase ? undefined : run.run_id })}
              >
                <Flag size={12} fill={isBase ? "currentColor" : "none"} />
              </button>
              <button
                type="button"
                aria-label={`Take ${run.name} out`}
                title="Take out"
                onClick={() => setIds(ids.filter((id) => id !== run.run_id))}
              >
                <X size={13} />
              </button>
            </li>
          );
        })}
      </ul>
      {hidden > 0 && <span className={classes.dim}>and {hidden} more</span>}
      <AddRuns compared={compared} />
    </div>
  );
}
