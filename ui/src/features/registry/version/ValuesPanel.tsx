import { type ReactNode, useMemo, useState } from "react";
import { CopyButton } from "@/lib/CopyButton";
import { FilterBox, matchesFilter } from "@/lib/FilterBox";
import { byNatural } from "@/lib/natural";
import { formatCount, formatExact, formatNumber } from "@/lib/numbers";
import { Panel } from "@/lib/Panel";
import { VirtualTable } from "@/lib/VirtualTable";
import classes from "./Version.module.css";

/** From this many rows on, a list has a filter. */
const FILTER_FROM = 8;

interface ValuesPanelProps<T> {
  title: string;
  values: Readonly<Record<string, T>>;
  none: string;
}

/** What the run and its model were given. */
export function ParamsPanel(props: ValuesPanelProps<string>) {
  return <ValuesPanel {...props} textOf={(value) => <span title={value}>{value}</span>} />;
}

/** What was measured of them. */
export function MetricsPanel(props: ValuesPanelProps<number | null>) {
  return (
    <ValuesPanel
      {...props}
      isNumbers
      textOf={(value) => (
        <span className="tm-number" title={formatExact(value)}>
          {value === null ? "NaN" : formatNumber(value)}
        </span>
      )}
    />
  );
}

interface AnyValuesProps<T> extends ValuesPanelProps<T> {
  isNumbers?: boolean;
  textOf: (value: T) => ReactNode;
}

function ValuesPanel<T>({ title, values, none, isNumbers = false, textOf }: AnyValuesProps<T>) {
  const [filter, setFilter] = useState("");
  const all = useMemo(() => Object.entries(values).sort(([a], [b]) => byNatural(a, b)), [values]);
  const rows = all.filter(([key]) => matchesFilter(key, filter));
  const columns = [
    { id: "key", header: "Name" },
    isNumbers
      ? { id: "value", header: "Value", width: 120, align: "right" as const }
      : { id: "value", header: "Value" },
  ];
  const cell = (row: number, column: number) => {
    const entry = rows[row];
    if (entry === undefined) return null;
    return column === 0 ? <code title={entry[0]}>{entry[0]}</code> : textOf(entry[1]);
  };
  const tools = all.length > 0 && (
    <>
      {all.length >= FILTER_FROM && (
        <FilterBox value={filter} onChange={setFilter} what={title.toLowerCase()} />
      )}
      <CopyButton text={JSON.stringify(values, null, 2)} what={`${title} as JSON`} label="JSON" />
    </>
  );
  return (
    <Panel title={title} count={formatCount(rows.length)} tools={tools} flush>
      {all.length === 0 ? (
        <p className={classes.nothing}>{none}</p>
      ) : (
        <VirtualTable
          label={title}
          columns={columns}
          count={rows.length}
          cell={cell}
          rowKey={(row) => rows[row]?.[0] ?? row}
          maxHeight="340px"
        />
      )}
    </Panel>
  );
}
