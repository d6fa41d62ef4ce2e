import { CircleSlash, Trash2 } from "lucide-react";
import type { ScheduleTime } from "@/api/pipelines/schedules";
import { PipelineState } from "../state/PipelineState";
import classes from "./Outcome.module.css";

/** What a time of a schedule came to, by shape, colour and word. */
export function Outcome({ time, iconOnly = false }: { time: ScheduleTime; iconOnly?: boolean }) {
  if (time.run_state !== "") return <PipelineState state={time.run_state} iconOnly={iconOnly} />;
  const begun = time.run_id !== "";
  const Icon = begun ? Trash2 : CircleSlash;
  const word = begun ? "Run deleted" : "Not begun";
  return (
    <span className={classes.outcome} data-bad={!begun || undefined} title={iconOnly ? word : undefined}>
      <Icon size={15} aria-hidden />
      <span className={iconOnly ? "tm-visually-hidden" : undefined}>{word}</span>
    </span>
  );
}
