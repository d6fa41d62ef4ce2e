import { Button } from "@mantine/core";
import { Columns2, X } from "lucide-react";
import type { PipelineRunRow } from "@/api/pipelines/types";
import { plural } from "@/lib/numbers";
import { useGo } from "@/lib/PageLink";
import { pipelineComparePage } from "@/lib/paths";
import { SelectionBar } from "@/lib/SelectionBar";
import { useShortcuts } from "@/lib/shortcuts";
import type { Selection } from "@/lib/useSelection";
import { useWorkspace } from "@/lib/workspace";

interface RunSelectionProps {
  runs: readonly PipelineRunRow[];
  selection: Selection;
}

/** What can be done with the selected runs: two of them are compared, the earlier one first. */
export function RunSelection({ runs, selection }: RunSelectionProps) {
  const workspace = useWorkspace();
  const go = useGo();
  const chosen = runs.filter((run) => selection.has(run.id)).sort((a, b) => a.created_ms - b.created_ms);
  const [before, after] = chosen;
  const two = chosen.length === 2;
  const compare = () => {
    if (two && before && after) go(pipelineComparePage(workspace, before.id, after.id));
  };
  useShortcuts("Pipelines", two ? [{ keys: "c", label: "Compare the two runs", run: compare }] : []);
  if (chosen.length === 0) return null;
  return (
    <SelectionBar label="Selected runs" text={`${plural(chosen.length, "run")} selected`}>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        c="var(--tm-text)"
        leftSection={<Columns2 size={14} />}
        disabled={!two}
        title={two ? "What differs between the two" : "Select two runs"}
        onClick={compare}
      >
        Compare
      </Button>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        c="var(--tm-text)"
        leftSection={<X size={14} />}
        onClick={selection.clear}
      >
        Clear
      </Button>
    </SelectionBar>
  );
}
