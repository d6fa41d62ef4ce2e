import { Ban, CircleCheck, CircleDashed, CircleX, Clock, LoaderCircle, OctagonPause } from "lucide-react";
import type { JobState as State } from "@/api/compute/types";
import { StateMark, type StateTone } from "../StateMark";
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

const TONES: Partial<Record<State, StateTone>> = {
  queued: "wait",
  admitted: "busy",
  running: "busy",
  stopping: "wait",
  succeeded: "ok",
  failed: "bad",
};

interface JobStateProps {
  state: State;
  /** Only the icon; the word is there for screen readers and on hover. */
  iconOnly?: boolean;
  size?: number;
}

/** A job's state by shape, colour and word. */
export function JobState({ state, ...shown }: JobStateProps) {
  return (
    <StateMark
      icon={ICONS[state] ?? Clock}
      label={stateLabel(state)}
      tone={TONES[state] ?? "calm"}
      turns={state === "running"}
      {...shown}
    />
  );
}
