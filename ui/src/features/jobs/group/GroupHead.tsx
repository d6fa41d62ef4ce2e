import { Button } from "@mantine/core";
import { OctagonX } from "lucide-react";
import { useState } from "react";
import type { JobState } from "@/api/compute/types";
import { isLive, STATES, stateLabel } from "@/lib/compute/states";
import { ConfirmDialog } from "@/lib/lazyDialogs";
import { formatCount, plural } from "@/lib/numbers";
import { useJobActions } from "../useJobActions";
import classes from "./GroupHead.module.css";

/** How far a group is: its jobs were submitted together and are waited for together. */
export function GroupHead({ group, states }: { group: string; states: Partial<Record<JobState, number>> }) {
  const actions = useJobActions();
  const [asking, setAsking] = useState(false);
  const count = (state: JobState) => states[state] ?? 0;
  const total = STATES.reduce((sum, state) => sum + count(state), 0);
  const live = STATES.filter(isLive).reduce((sum, state) => sum + count(state), 0);
  const done = total - live;
  const failed = count("failed");
  return (
    <section className={classes.head} aria-label={`Group ${group}`}>
      <div className={classes.words}>
        <strong>{group}</strong>
        <span className="tm-number">
          {formatCount(done)} of {formatCount(total)} done
          {failed > 0 && <b className={classes.failed}> · {formatCount(failed)} failed</b>}
        </span>
      </div>
      <div
        className={classes.bar}
        role="progressbar"
        aria-label="Progress of the group"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        {(["succeeded", "failed", "stopped", "running"] as const).map((state) => (
          <span
            key={state}
            data-state={state}
            style={{ width: `${total === 0 ? 0 : (count(state) / total) * 100}%` }}
            title={`${stateLabel(state)}: ${formatCount(count(state))}`}
          />
        ))}
      </div>
      {live > 0 && (
        <Button
          variant="default"
          size="xs"
          leftSection={<OctagonX size={14} />}
          onClick={() => setAsking(true)}
        >
          Stop the rest
        </Button>
      )}
      {asking && (
        <ConfirmDialog
          title={`Stop what is left of ${group}?`}
          action={`Stop ${plural(live, "job")}`}
          tone="bad"
          onConfirm={() => actions.stopGroup(group)}
          onClose={() => setAsking(false)}
        >
          {plural(live, "job")} that wait or run will be stopped. Those that have ended keep their results.
        </ConfirmDialog>
      )}
    </section>
  );
}
