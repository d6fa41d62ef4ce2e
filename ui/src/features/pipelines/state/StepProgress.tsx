import type { StepCounts } from "@/api/pipelines/types";
import { Bar } from "@/lib/Bar";
import { formatCount } from "@/lib/numbers";
import { progressOf } from "../logic/progress";
import classes from "./StepProgress.module.css";

/** How many of a run's steps are over, as a bar and as `12/40`; nothing where that is unknown. */
export function StepProgress({ counts }: { counts: StepCounts }) {
  const progress = progressOf(counts);
  if (progress === null) return null;
  const { over, total, ok, bad, busy } = progress;
  return (
    <span className={classes.progress}>
      <Bar
        label={`${over} of ${total} steps are over`}
        total={total}
        parts={[
          { value: ok, tone: "ok", title: `${ok} went well` },
          { value: bad, tone: "bad", title: `${bad} did not` },
          { value: busy, tone: "busy", title: `${busy} run` },
        ]}
      />
      <span className="tm-number">
        {formatCount(over)}/{formatCount(total)}
      </span>
    </span>
  );
}
