import { Ban, CircleCheck, CircleX, Clock, LoaderCircle } from "lucide-react";
import type { RunStatus } from "@/api/types";
import classes from "./StatusIcon.module.css";

const STATUSES = {
  RUNNING: { label: "Running", icon: LoaderCircle },
  SCHEDULED: { label: "Scheduled", icon: Clock },
  FINISHED: { label: "Finished", icon: CircleCheck },
  FAILED: { label: "Failed", icon: CircleX },
  KILLED: { label: "Killed", icon: Ban },
} as const;

export function statusLabel(status: RunStatus): string {
  return STATUSES[status]?.label ?? status;
}

interface StatusIconProps {
  status: RunStatus;
  /** Show the word beside the icon; without it, it is there for screen readers and on hover. */
  withLabel?: boolean;
  size?: number;
}

/** A status by shape, colour and word. */
export function StatusIcon({ status, withLabel = false, size = 15 }: StatusIconProps) {
  const { label, icon: Icon } = STATUSES[status] ?? { label: status, icon: Clock };
  return (
    <span className={classes.status} data-status={status} title={withLabel ? undefined : label}>
      <Icon size={size} aria-hidden />
      <span className={withLabel ? undefined : "tm-visually-hidden"}>{label}</span>
    </span>
  );
}
