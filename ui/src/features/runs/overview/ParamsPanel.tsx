import { useMemo } from "react";
import { CopyButton } from "@/lib/CopyButton";
import { FilterBox, matchesFilter } from "@/lib/FilterBox";
import { byNatural } from "@/lib/natural";
import { formatCount } from "@/lib/numbers";
import { Panel } from "@/lib/Panel";
import { useQueryText } from "@/lib/usePaused";
import { VirtualTable } from "@/lib/VirtualTable";
import classes from "./Overview.module.css";

const COLUMNS = [
  { id: "key", header: "Parameter" },
  { id: "value", header: "Value" },
];
/** From this many rows on, a list has a filter. */
export const FILTER_FROM = 8;

/** Everything the run was given. */
export function ParamsPanel({ params }: { params: Readonly<Record<string, string>> }) {
  const [filter, setFilter] = useQueryText("params");
  const all = useMemo(() => Object.entries(params).sort(([a], [b]) => byNatural(a, b)), [params]);
  const rows = useMemo(
    () => all.filter(([key, value]) => matchesFilter(`${key} ${value}`, filter)),
    [all, filter],
  );
  const cell = (row: number, column: number) => {
    const [key = "", value = ""] = rows[row] ?? [];
    if (column === 0) {
      return (
        <span className={classes.key} title={key}>
          {key}
        </span>
      );
    }
    return (
      <span className={classes.long}>
        <span title={value}>{value === "" ? <em className={classes.dim}>empty</em> : value}</span>
        <CopyButton text={value} what={`Value of ${key}`} />
      </span>
    );
  };
  return (
    <Panel
      title="Parameters"
      count={countOf(rows.length, all.length)}
      flush
      tools={
        <>
          {all.length >= FILTER_FROM && <FilterBox value={filter} onChange={setFilter} what="parameters" />}
          {all.length > 0 && (
            <CopyButton text={JSON.stringify(params, null, 2)} what="Parameters as JSON" label="JSON" />
          )}
        </>
      }
    >
      {all.length === 0 ? (
        <p className={classes.empty}>This run has no parameters.</p>
      ) : (
        <VirtualTable
          label="Parameters"
          columns={COLUMNS}
          count={rows.length}
          cell={cell}
          rowKey={(row) => rows[row]?.[0] ?? row}
          maxHeight="420px"
        />
      )}
    </Panel>
  );
}

/** "12", or "3 of 12" while filtered. */
export function countOf(shown: number, all: number): string {
  return shown === all ? formatCount(all) : `${formatCount(shown)} of ${formatCount(all)}`;
}
