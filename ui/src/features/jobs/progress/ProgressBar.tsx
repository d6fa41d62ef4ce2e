import { amountText, type Progress, percentText } from "../logic/progress";
import classes from "./ProgressBar.module.css";

interface ProgressBarProps {
  progress: Progress;
  /** Whose progress it is, for those who do not see where it stands. */
  name: string;
  /** It ended there: the bar says how far it came, and no longer that it moves. */
  over?: boolean;
  /** In a row of a table: the bar is short, and what there is no room for is in the title. */
  compact?: boolean;
}

/** How far a job says that it is, and what it does now. Without a total there is a number, and no bar. */
export function ProgressBar({ progress, name, over = false, compact = false }: ProgressBarProps) {
  const percent = percentText(progress);
  const amount = amountText(progress);
  const title = [amount, progress.note].filter(Boolean).join(": ");
  return (
    <span
      className={classes.progress}
      data-over={over || undefined}
      data-compact={compact || undefined}
      title={title}
    >
      {progress.fraction !== null && (
        <span
          className={classes.track}
          role="progressbar"
          aria-label={`Progress of ${name}`}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.floor(progress.fraction * 100)}
          aria-valuetext={title}
        >
          <span style={{ width: `${progress.fraction * 100}%` }} />
        </span>
      )}
      <span className="tm-number">{percent ?? amount}</span>
      {!compact && percent !== null && <span className={`tm-number ${classes.amount}`}>{amount}</span>}
      {progress.note !== "" && <span className={classes.note}>{progress.note}</span>}
    </span>
  );
}
