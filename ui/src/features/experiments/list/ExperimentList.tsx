import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useRef } from "react";
import type { ExperimentListParams, ExperimentRow, ExperimentSort } from "@/api/types";
import classes from "./ExperimentList.module.css";
import { ExperimentListRow } from "./ExperimentListRow";
import { descendsFirst } from "./listState";

interface ExperimentListProps {
  experiments: readonly ExperimentRow[];
  state: ExperimentListParams;
  /** What is shown answers an earlier search. */
  outdated: boolean;
  onState: (change: Partial<ExperimentListParams>) => void;
}

const ROW_PX = 40;

const HEADS: { sort: ExperimentSort | null; label: string; cell: string }[] = [
  { sort: "name", label: "Name", cell: "name" },
  { sort: "runs", label: "Runs", cell: "runs" },
  { sort: null, label: "Last run", cell: "time" },
  { sort: "updated", label: "Updated", cell: "time wide" },
  { sort: "created", label: "Created", cell: "time wide" },
];

/** Experiments as rows, of which only those on the screen exist. */
export function ExperimentList({ experiments, state, outdated, onState }: ExperimentListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: experiments.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  return (
    <div
      className={classes.table}
      role="table"
      aria-label="Experiments"
      aria-rowcount={experiments.length + 1}
    >
      <div role="row" className={classes.header}>
        {HEADS.map((head) => (
          <Head key={head.label} {...head} state={state} onState={onState} />
        ))}
        <span role="columnheader" className={classes.menu}>
          <span className="tm-visually-hidden">Options</span>
        </span>
      </div>
      <div ref={scroller} className={classes.scroller} role="rowgroup" data-outdated={outdated || undefined}>
        <div role="presentation" style={{ position: "relative", height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const experiment = experiments[item.index];
            if (experiment === undefined) return null;
            return (
              <ExperimentListRow
                key={experiment.experiment_id}
                experiment={experiment}
                index={item.index}
                top={item.start}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface HeadProps {
  sort: ExperimentSort | null;
  label: string;
  cell: string;
  state: ExperimentListParams;
  onState: (change: Partial<ExperimentListParams>) => void;
}

function Head({ sort, label, cell, state, onState }: HeadProps) {
  const sorted = sort !== null && sort === state.sort;
  const Arrow = state.descending ? ArrowDown : ArrowUp;
  const toggle = () => {
    if (sort === null) return;
    onState({ sort, descending: sorted ? !state.descending : descendsFirst(sort) });
  };
  return (
    <span
      role="columnheader"
      aria-sort={sorted ? (state.descending ? "descending" : "ascending") : undefined}
      className={cell
        .split(" ")
        .map((name) => classes[name])
        .join(" ")}
    >
      {sort === null ? (
        label
      ) : (
        <button type="button" onClick={toggle}>
          {label}
          {sorted && <Arrow size={12} aria-hidden />}
        </button>
      )}
    </span>
  );
}
