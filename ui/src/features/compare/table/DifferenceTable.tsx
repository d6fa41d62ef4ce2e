import { useMediaQuery } from "@mantine/hooks";
import { Flag } from "lucide-react";
import { useMemo } from "react";
import type { RunRow } from "@/api/types";
import type { LineStyle } from "@/design/lineStyle";
import { guessDirection } from "@/lib/bestDirection";
import { formatCount } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { runPage } from "@/lib/paths";
import { StatusIcon } from "@/lib/StatusIcon";
import { Swatch } from "@/lib/Swatch";
import { VirtualTable } from "@/lib/VirtualTable";
import { useWorkspace } from "@/lib/workspace";
import type { Field, MetricValue } from "../logic/fields";
import { tableRows } from "../logic/tableRows";
import classes from "./DifferencesPanel.module.css";
import { ValueCell } from "./ValueCell";

interface DifferenceTableProps {
  runs: readonly RunRow[];
  fields: readonly Field[];
  styles: ReadonlyMap<string, LineStyle>;
  /** Runs as rows. */
  flipped: boolean;
  baseId: string | null;
  metricValue: MetricValue;
}

const WIDE = { name: 210, cell: 150 };
const NARROW = { name: 124, cell: 128 };
/** Fields as columns, at most: every cell of a row is drawn. */
const FIELD_COLUMNS_MAX = 150;
const HEIGHT = "max(220px, 36vh)";

/** Fields by runs, or runs by fields. */
export function DifferenceTable(props: DifferenceTableProps) {
  return props.flipped ? <RunsAsRows {...props} /> : <FieldsAsRows {...props} />;
}

function FieldsAsRows({ runs, fields, styles, baseId, metricValue }: DifferenceTableProps) {
  const widths = useWidths();
  const rows = useMemo(() => tableRows(fields, metricValue), [fields, metricValue]);
  const columns = [
    { id: "field", header: "Field", width: widths.name },
    ...runs.map((run) => ({
      id: run.run_id,
      header: <RunHead run={run} style={styles.get(run.run_id)} isBase={run.run_id === baseId} />,
      title: run.name,
      width: widths.cell,
    })),
  ];
  const base = runs.findIndex((run) => run.run_id === baseId);
  const cell = (row: number, column: number) => {
    const one = rows[row];
    if (one === undefined) return null;
    if (one.kind === "heading") return column === 0 ? one.text : null;
    if (column === 0) return <FieldName field={one.field} />;
    return <ValueCell field={one.field} run={column - 1} base={base} best={bestOf(one.field)} />;
  };
  return (
    <VirtualTable
      label="Differences"
      columns={columns}
      count={rows.length}
      cell={cell}
      rowKey={(row) => rowId(rows[row]) ?? row}
      isHeading={(row) => rows[row]?.kind === "heading"}
      maxHeight={HEIGHT}
      pinFirst
    />
  );
}

function RunsAsRows({ runs, fields, styles, baseId }: DifferenceTableProps) {
  const widths = useWidths();
  const shown = fields.slice(0, FIELD_COLUMNS_MAX);
  const base = runs.findIndex((run) => run.run_id === baseId);
  const columns = [
    { id: "run", header: "Run", width: widths.name },
    ...shown.map((field) => ({
      id: field.id,
      header: <FieldName field={field} />,
      title: `${field.kind} ${field.key}`,
      width: widths.cell,
    })),
  ];
  const cell = (row: number, column: number) => {
    const run = runs[row];
    if (run === undefined) return null;
    if (column === 0)
      return <RunHead run={run} style={styles.get(run.run_id)} isBase={run.run_id === baseId} />;
    const field = shown[column - 1];
    return field && <ValueCell field={field} run={row} base={base} best={bestOf(field)} />;
  };
  return (
    <>
      <VirtualTable
        label="Differences"
        columns={columns}
        count={runs.length}
        cell={cell}
        rowKey={(row) => runs[row]?.run_id ?? row}
        maxHeight={HEIGHT}
        pinFirst
      />
      {fields.length > shown.length && (
        <p className={classes.empty}>
          {formatCount(fields.length - shown.length)} more fields: transpose, or narrow the filter.
        </p>
      )}
    </>
  );
}

/** Pixels of the first column and the others: a phone needs room for both. */
function useWidths(): typeof WIDE {
  return useMediaQuery("(max-width: 720px)", false, { getInitialValueInEffect: false }) ? NARROW : WIDE;
}

function RunHead({ run, style, isBase }: { run: RunRow; style: LineStyle | undefined; isBase: boolean }) {
  const workspace = useWorkspace();
  return (
    <span className={classes.run}>
      {style && <Swatch line={style} width={14} />}
      {run.status !== "FINISHED" && <StatusIcon status={run.status} size={13} />}
      <PageLink page={runPage(workspace, run.experiment_id, run.run_id)}>{run.name}</PageLink>
      {isBase && <Flag size={11} fill="currentColor" className={classes.base} aria-label="baseline" />}
    </span>
  );
}

function FieldName({ field }: { field: Field }) {
  return (
    <span className={field.differs ? classes.field : `${classes.field} ${classes.same}`} title={field.key}>
      {field.key === "mlflow.source.git.commit" ? "commit" : field.key}
    </span>
  );
}

function bestOf(field: Field): "min" | "max" | null {
  return field.kind === "metric" ? guessDirection(field.key) : null;
}

function rowId(row: ReturnType<typeof tableRows>[number] | undefined): string | undefined {
  return row?.kind === "heading" ? `heading ${row.text}` : row?.field.id;
}
