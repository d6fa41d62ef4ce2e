import { ArrowLeftRight } from "lucide-react";
import { useMemo } from "react";
import type { RunRow } from "@/api/types";
import type { LineStyle } from "@/design/lineStyle";
import { FilterBox, matchesFilter } from "@/lib/FilterBox";
import { formatCount } from "@/lib/numbers";
import { Panel } from "@/lib/Panel";
import { useQueryState } from "@/lib/queryState";
import { useQueryText } from "@/lib/usePaused";
import type { Field, MetricValue } from "../logic/fields";
import classes from "./DifferencesPanel.module.css";
import { DifferenceTable } from "./DifferenceTable";

interface DifferencesPanelProps {
  runs: readonly RunRow[];
  fields: readonly Field[];
  styles: ReadonlyMap<string, LineStyle>;
  metricValue: MetricValue;
}

const METRIC_VALUES: { id: MetricValue; label: string }[] = [
  { id: "last", label: "last" },
  { id: "min", label: "min" },
  { id: "max", label: "max" },
];

/** What tells the runs apart. Equal fields are left out until asked for. */
export function DifferencesPanel({ runs, fields, styles, metricValue }: DifferencesPanelProps) {
  const [query, patchQuery] = useQueryState();
  const [filter, setFilter] = useQueryText("field");
  const all = query.all === "1" || runs.length < 2;
  const flipped = query.flip === "1";
  const differing = useMemo(() => fields.filter((field) => field.differs), [fields]);
  const shown = useMemo(
    () => (all ? fields : differing).filter((field) => matchesFilter(field.key, filter)),
    [all, fields, differing, filter],
  );
  const toggle = (key: string, on: boolean) => patchQuery({ [key]: on ? undefined : "1" });
  const tools = (
    <>
      <FilterBox value={filter} onChange={setFilter} what="fields" />
      <label className={classes.value}>
        Metrics:
        <select
          value={metricValue}
          onChange={(event) =>
            patchQuery({ value: event.target.value === "last" ? undefined : event.target.value })
          }
        >
          {METRIC_VALUES.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className={classes.switch}>
        <input
          type="checkbox"
          checked={!all}
          disabled={runs.length < 2}
          onChange={() => toggle("all", all)}
        />
        Only differing
      </label>
      <button
        type="button"
        className={classes.flip}
        aria-pressed={flipped}
        onClick={() => toggle("flip", flipped)}
        title="Runs as rows or as columns"
      >
        <ArrowLeftRight size={14} aria-hidden /> Transpose
      </button>
    </>
  );
  return (
    <div className={classes.panel}>
      <Panel
        title="Differences"
        count={`${formatCount(differing.length)} of ${formatCount(fields.length)} fields`}
        tools={tools}
        flush
      >
        {shown.length === 0 ? (
          <p className={classes.empty}>{emptyReason(differing.length, filter)}</p>
        ) : (
          <DifferenceTable
            runs={runs}
            fields={shown}
            styles={styles}
            flipped={flipped}
            baseId={query.base ?? null}
            metricValue={metricValue}
          />
        )}
      </Panel>
    </div>
  );
}

function emptyReason(differing: number, filter: string): string {
  if (filter.trim() !== "") return "No field is called that.";
  return differing === 0 ? "These runs are equal in everything that was recorded." : "Nothing to show.";
}
