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
import { StateMark, type StateTone } from "@/lib/StateMark";
import { type AnyState, lowerState, stateLabel } from "../logic/states";

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

const TONES: Partial<Record<AnyState, StateTone>> = {
  pending: "wait",
  ready: "busy",
  running: "busy",
  canceling: "wait",
  succeeded: "ok",
  cached: "ok",
  failed: "bad",
};

interface PipelineStateProps {
  state: RunState | TaskState;
  /** Only the icon; the word is there for screen readers and on hover. */
  iconOnly?: boolean;
  size?: number;
}

/** The state of a run or a task by shape, colour and word. */
export function PipelineState({ state, ...shown }: PipelineStateProps) {
  const lower = lowerState(state);
  return (
    <StateMark
      icon={ICONS[lower] ?? Clock}
      label={stateLabel(state)}
      tone={TONES[lower] ?? "calm"}
      turns={lower === "running"}
      {...shown}
    />
  );
}
