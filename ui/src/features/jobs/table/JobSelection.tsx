import { Button } from "@mantine/core";
import { OctagonX, RotateCcw, X } from "lucide-react";
import { plural } from "@/lib/numbers";
import { SelectionBar } from "@/lib/SelectionBar";

interface JobSelectionProps {
  count: number;
  onStop: () => void;
  onAgain: () => void;
  onClear: () => void;
}

/** What can be done with the selected jobs. */
export function JobSelection({ count, onStop, onAgain, onClear }: JobSelectionProps) {
  return (
    <SelectionBar label="Selected jobs" text={`${plural(count, "job")} selected`}>
      <Tool icon={<OctagonX size={14} />} label="Stop" onClick={onStop} />
      <Tool icon={<RotateCcw size={14} />} label="Run again" onClick={onAgain} />
      <Tool icon={<X size={14} />} label="Clear" onClick={onClear} />
    </SelectionBar>
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
