import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CircleSlash,
  CircleX,
  Clock,
  LoaderCircle,
  OctagonPause,
  Recycle,
} from "lucide-react";
import type { RunState, TaskState } from "@/api/pipelines/types";
import { type AnyState, lowerState, stateLabel } from "../logic/states";
import classes from "./PipelineState.module.css";

const ICONS: Record<AnyState, typeof Clock> = {
  pending: Clock,
  waiting: Clock,
  ready: CircleDashed,
  running: LoaderCircle,
  canceling: OctagonPause,
  succeeded: CircleCheck,
  cached: Recycle,
  skipped: CircleMinus,
  failed: CircleX,
  canceled: Ban,
  upstream_failed: CircleSlash,
};

interface PipelineStateProps {
  state: RunState | TaskState;
  /** Only the icon; the word is there for screen readers and on hover. */
  iconOnly?: boolean;
  size?: number;
}

/** The state of a run or a task by shape, colour and word. */
export function PipelineState({ state, iconOnly = false, size = 15 }: PipelineStateProps) {
  const Icon = ICONS[lowerState(state)] ?? Clock;
  const label = stateLabel(state);
  return (
    <span className={classes.state} data-state={lowerState(state)} title={iconOnly ? label : undefined}>
      <Icon size={size} aria-hidden />
      <span className={iconOnly ? "tm-visually-hidden" : undefined}>{label}</span>
    </span>
  );
}
