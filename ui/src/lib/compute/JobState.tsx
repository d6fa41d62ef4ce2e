import { Ban, CircleCheck, CircleDashed, CircleX, Clock, LoaderCircle, OctagonPause } from "lucide-react";
import type { JobState as State } from "@/api/compute/types";
import classes from "./JobState.module.css";
import { stateLabel } from "./states";

const ICONS = {
  queued: Clock,
  admitted: CircleDashed,
  running: LoaderCircle,
  stopping: OctagonPause,
  succeeded: CircleCheck,
  failed: CircleX,
  stopped: Ban,
} as const;

interface JobStateProps {
  state: State;
  /** Only the icon; the word is there for screen readers and on hover. */
  iconOnly?: boolean;
  size?: number;
}

/** A job's state by shape, colour and word. */
export function JobState({ state, iconOnly = false, size = 15 }: JobStateProps) {
  const Icon = ICONS[state] ?? Clock;
  const label = stateLabel(state);
  return (
    <span className={classes.state} data-state={state} title={iconOnly ? label : undefined}>
      <Icon size={size} aria-hidden />
      <span className={iconOnly ? "tm-visually-hidden" : undefined}>{label}</span>
    </span>
  );
}
