import type { JobState as State } from "@/api/compute/types";
import { JobState } from "@/lib/compute/JobState";
import { STATES } from "@/lib/compute/states";
import { formatCount } from "@/lib/numbers";
import classes from "./StateCounts.module.css";

interface StateCountsProps {
  states: Partial<Record<State, number>>;
  chosen: readonly State[];
  onToggle: (state: State) => void;
}

/** States that pass in a moment are shown only while something is in them. */
const PASSING: readonly State[] = ["admitted", "stopping"];

/** How many jobs are in each state; each is a switch that shows only them. */
export function StateCounts({ states, chosen, onToggle }: StateCountsProps) {
  const shown = STATES.filter(
    (state) => !PASSING.includes(state) || (states[state] ?? 0) > 0 || chosen.includes(state),
  );
  return (
    <fieldset className={classes.counts}>
      <legend className="tm-visually-hidden">Show only jobs in these states</legend>
      {shown.map((state) => (
        <button
          key={state}
          type="button"
          aria-pressed={chosen.includes(state)}
          data-none={(states[state] ?? 0) === 0 || undefined}
          onClick={() => onToggle(state)}
        >
          <JobState state={state} size={14} />
          <span className={classes.count}>{formatCount(states[state] ?? 0)}</span>
        </button>
      ))}
    </fieldset>
  );
}
