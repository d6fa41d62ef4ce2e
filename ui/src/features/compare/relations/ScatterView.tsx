import { useElementSize } from "@mantine/hooks";
import { useMemo } from "react";
import type { RunRow } from "@/api/types";
import type { LineStyle } from "@/design/lineStyle";
import { Message } from "@/lib/Message";
import { formatNumber, plural } from "@/lib/numbers";
import { useQueryState } from "@/lib/queryState";
import { toAxis } from "../logic/axis";
import { defaultPair } from "../logic/choose";
import { correlation } from "../logic/correlation";
import { type Field, isNumericField, numbersOf } from "../logic/fields";
import classes from "./Relations.module.css";
import { ScatterPlot } from "./ScatterPlot";

interface ScatterViewProps {
  runs: readonly RunRow[];
  fields: readonly Field[];
  styles: ReadonlyMap<string, LineStyle>;
}

/** Any two fields against each other, a dot per run. */
export default function ScatterView({ runs, fields, styles }: ScatterViewProps) {
  const [query, patchQuery] = useQueryState();
  const size = useElementSize();
  const [defaultX, defaultY] = useMemo(() => defaultPair(fields, isNumericField), [fields]);
  const x = fields.find((field) => field.id === query.sx) ?? defaultX;
  const y = fields.find((field) => field.id === query.sy) ?? defaultY;
  return (
    <div className={classes.view}>
      <div className={classes.bar}>
        <FieldSelect label="Horizontal" fields={fields} value={x} onChange={(id) => patchQuery({ sx: id })} />
        <FieldSelect label="Vertical" fields={fields} value={y} onChange={(id) => patchQuery({ sy: id })} />
        {x && y && <span className={classes.hint}>{relation(x, y)}</span>}
      </div>
      <div ref={size.ref} className={classes.plot}>
        {x === null || y === null ? (
          <Message title="Nothing to draw">Choose two fields that have values.</Message>
        ) : (
          size.width > 0 && (
            <ScatterPlot runs={runs} x={toAxis(x)} y={toAxis(y)} styles={styles} width={size.width} />
          )
        )}
      </div>
    </div>
  );
}

interface FieldSelectProps {
  label: string;
  fields: readonly Field[];
  value: Field | null;
  onChange: (id: string) => void;
}

const KINDS = [
  { kind: "param", label: "Parameters" },
  { kind: "metric", label: "Metrics" },
  { kind: "attribute", label: "Attributes" },
] as const;

function FieldSelect({ label, fields, value, onChange }: FieldSelectProps) {
  return (
    <label>
      {label}
      <select value={value?.id ?? ""} onChange={(event) => onChange(event.target.value)}>
        {value === null && <option value="">choose</option>}
        {KINDS.map(({ kind, label: title }) => (
          <optgroup key={kind} label={title}>
            {fields
              .filter((field) => field.kind === kind)
              .map((field) => (
                <option key={field.id} value={field.id}>
                  {field.key}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

function relation(x: Field, y: Field): string {
  if (!isNumericField(x) || !isNumericField(y)) return "";
  const { rank, runs } = correlation(numbersOf(x), numbersOf(y));
  if (rank === null) return "";
  return `rank correlation ${formatNumber(rank, 2)} over ${plural(runs, "run")}`;
}
