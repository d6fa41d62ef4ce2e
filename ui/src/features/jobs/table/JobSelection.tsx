import { Button } from "@mantine/core";
import { OctagonX, RotateCcw, X } from "lucide-react";
import { plural } from "@/lib/numbers";
import classes from "./JobSelection.module.css";

interface JobSelectionProps {
  count: number;
  onStop: () => void;
  onAgain: () => void;
  onClear: () => void;
}

/** What can be done with the selected jobs. */
export function JobSelection({ count, onStop, onAgain, onClear }: JobSelectionProps) {
  return (
    <div className={classes.bar} role="toolbar" aria-label="Selected jobs">
      <strong className="tm-number">{plural(count, "job")} selected</strong>
      <Tool icon={<OctagonX size={14} />} label="Stop" onClick={onStop} />
      <Tool icon={<RotateCcw size={14} />} label="Run again" onClick={onAgain} />
      <Tool icon={<X size={14} />} label="Clear" onClick={onClear} />
    </div>
  );
}

function Tool({ icon, label, onClick }: { icon: React.ReactNode; label: string; onClick: () => void }) {
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      leftSection={icon}
      onClick={onClick}
      c="var(--tm-text)"
    >
      {label}
    </Button>
  );
}
