import type { Stage } from "@/api/registry/types";
import { formatCount } from "../numbers";
import classes from "./Chips.module.css";

/** A stage; with a count, how many versions are in it. None is not worth a word. */
export function StageChip({ stage, count }: { stage: Stage; count?: number }) {
  if (stage === "None") return null;
  return (
    <span className={classes.stage} data-stage={stage}>
      {stage}
      {count !== undefined && <span className="tm-number">{formatCount(count)}</span>}
    </span>
  );
}
