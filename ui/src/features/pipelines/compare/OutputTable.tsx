import type { RunChanges } from "@/api/pipelines/types";
import { type TableColumn, VirtualTable } from "@/lib/VirtualTable";
import { valueText } from "../logic/values";
import classes from "./CompareTables.module.css";
import { changeText } from "./changes";

const COLUMNS: readonly TableColumn[] = [
  { id: "step", header: "Step" },
  { id: "name", header: "Name", width: 180 },
  { id: "before", header: "Before", width: 180 },
  { id: "after", header: "After", width: 180 },
  { id: "change", header: "Change", width: 100, align: "right" },
];

/** Values and metrics that differ. */
export function OutputTable({ outputs }: { outputs: RunChanges["outputs"] }) {
  return (
    <VirtualTable
      label="Outputs of both"
      columns={COLUMNS}
      count={outputs.length}
      maxHeight="46vh"
      cell={(row, column) => {
        const output = outputs[row];
        if (output === undefined) return null;
        switch (COLUMNS[column]?.id) {
          case "step":
            return <span title={output.path}>{output.path}</span>;
          case "name":
            return <span title={output.is_metric ? "a metric" : "an output"}>{output.name}</span>;
          case "before":
            return <Value given={output.in_before} value={output.before} />;
          case "after":
            return <Value given={output.in_after} value={output.after} />;
          default:
            return <span className="tm-number">{changeText(output.before, output.after)}</span>;
        }
      }}
    />
  );
}

function Value({ given, value }: { given: boolean; value: unknown }) {
  if (!given) return <span className={classes.dim}>none</span>;
  const text = valueText(value);
  return (
    <code className={classes.value} title={text.slice(0, 1000)}>
      {text.slice(0, 200)}
    </code>
  );
}
