import { Button } from "@mantine/core";
import { ArchiveRestore, Eye, GitCompareArrows, Pencil, Tags, Trash2, X } from "lucide-react";
import { plural } from "@/lib/numbers";
import classes from "./SelectionBar.module.css";

interface SelectionBarProps {
  count: number;
  deletedView: boolean;
  onCompare: () => void;
  onDrawOnly: () => void;
  onRename: () => void;
  onTags: () => void;
  onRemove: () => void;
  onRestore: () => void;
  onClear: () => void;
}

/** What can be done with the selected runs, in the place of the filter row's tools. */
export function SelectionBar(props: SelectionBarProps) {
  const { count, deletedView } = props;
  return (
    <div className={classes.bar} role="toolbar" aria-label="Selected runs">
      <strong className="tm-number">{plural(count, "run")} selected</strong>
      <Button
        size="compact-sm"
        onClick={props.onCompare}
        leftSection={<GitCompareArrows size={14} />}
        title="C"
      >
        Compare
      </Button>
      <Tool icon={<Eye size={14} />} label="Draw only these" onClick={props.onDrawOnly} />
      <Tool icon={<Tags size={14} />} label="Tag" onClick={props.onTags} />
      {count === 1 && <Tool icon={<Pencil size={14} />} label="Rename" onClick={props.onRename} />}
      {deletedView ? (
        <Tool icon={<ArchiveRestore size={14} />} label="Restore" onClick={props.onRestore} />
      ) : (
        <Tool icon={<Trash2 size={14} />} label="Delete" onClick={props.onRemove} />
      )}
      <Tool icon={<X size={14} />} label="Clear" onClick={props.onClear} />
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
