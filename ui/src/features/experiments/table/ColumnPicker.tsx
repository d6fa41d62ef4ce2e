import { Button, Popover } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Columns3 } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import type { Aggregate, ExperimentFields, View } from "@/api/types";
import { formatCount, plural } from "@/lib/numbers";
import { useFields } from "@/lib/useFields";
import { aggregateLabel, type Column } from "../view/columns";
import classes from "./ColumnPicker.module.css";
import {
  choicesOf,
  isChosen,
  type PickerRow,
  shownAggregates,
  toggleAggregate,
  toggleColumn,
} from "./columnChoices";

interface ColumnPickerProps {
  experimentId: string;
  view: View;
  columns: readonly Column[];
  fields: ExperimentFields;
  /** True when the page chose the columns. */
  automatic: boolean;
  /** Curves stand beside the values of metrics. */
  curves: boolean;
  onColumns: (columns: Column[] | null) => void;
  onCurves: (curves: boolean) => void;
}

/** Which of an experiment's fields, be it thousands, are columns. */
export function ColumnPicker(props: ColumnPickerProps) {
  return (
    <Popover position="bottom-end" width={340} trapFocus shadow="md">
      <Popover.Target>
        <Button variant="default" size="compact-md" fz={12} h={32} leftSection={<Columns3 size={14} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label="Columns">
        <Picker {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}

const ROW_PX = 30;

function Picker(props: ColumnPickerProps) {
  const { columns, automatic, curves, onColumns, onCurves } = props;
  const [text, setText] = useState("");
  const fields = useFields(props.experimentId, props.view, props.fields, text);
  const scroller = useRef<HTMLDivElement>(null);
  const choices = useMemo(() => choicesOf(fields, text), [fields, text]);
  const rows = useVirtualizer({
    count: choices.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  return (
    <div className={classes.picker}>
      <input
        className={classes.search}
        data-autofocus
        type="search"
        placeholder="Find a metric, parameter or tag"
        aria-label="Find a column"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard. */}
      <div ref={scroller} className={classes.list} tabIndex={0} role="group" aria-label="Fields">
        <div style={{ position: "relative", height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const choice = choices[item.index];
            if (choice === undefined) return null;
            return (
              <div
                key={choice.id}
                className={classes.row}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Choice
                  choice={choice}
                  chosen={isChosen(choice, columns)}
                  aggregates={shownAggregates(choice, columns)}
                  onToggle={() => onColumns(toggleColumn(choice, columns))}
                  onAggregate={(aggregate) => onColumns(toggleAggregate(choice, aggregate, columns))}
                />
              </div>
            );
          })}
        </div>
        {choices.length === 0 && <p className={classes.none}>No field has “{text}” in its name</p>}
      </div>
      <div className={classes.foot}>
        <span>{columns.length} shown</span>
        <label className={classes.curves}>
          <input type="checkbox" checked={curves} onChange={() => onCurves(!curves)} />
          Curves
        </label>
        <Button variant="subtle" size="compact-xs" disabled={automatic} onClick={() => onColumns(null)}>
          Choose for me
        </Button>
      </div>
    </div>
  );
}

interface ChoiceProps {
  choice: PickerRow;
  chosen: boolean;
  /** The values of a chosen metric that are columns. */
  aggregates: readonly Aggregate[] | null;
  onToggle: () => void;
  onAggregate: (aggregate: Aggregate) => void;
}

const AGGREGATES: readonly Aggregate[] = ["last", "min", "max"];

function Choice({ choice, chosen, aggregates, onToggle, onAggregate }: ChoiceProps) {
  if (choice.kind === "heading") return <div className={classes.heading}>{choice.label}</div>;
  return (
    <div className={classes.line}>
      <label className={classes.choice} title={choice.label}>
        <input type="checkbox" checked={chosen} onChange={onToggle} />
        <span>{choice.label}</span>
        {choice.runs !== null && aggregates === null && (
          <small className="tm-number" title={plural(choice.runs, "run")}>
            {formatCount(choice.runs)}
          </small>
        )}
      </label>
      {aggregates !== null &&
        AGGREGATES.map((aggregate) => (
          <button
            key={aggregate}
            type="button"
            className={classes.aggregate}
            aria-pressed={aggregates.includes(aggregate)}
            aria-label={`${aggregate} of ${choice.label}`}
            title={aggregateLabel(choice.label, aggregate)}
            onClick={() => onAggregate(aggregate)}
          >
            {aggregate}
          </button>
        ))}
    </div>
  );
}
