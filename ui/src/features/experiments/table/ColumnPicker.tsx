import { Button, Popover } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Columns3 } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import type { ExperimentFields } from "@/api/types";
import type { Column } from "../view/columns";
import classes from "./ColumnPicker.module.css";
import { choicesOf, isChosen, type PickerRow, toggleColumn } from "./columnChoices";

interface ColumnPickerProps {
  columns: readonly Column[];
  fields: ExperimentFields;
  /** True when the page chose the columns. */
  automatic: boolean;
  onColumns: (columns: Column[] | null) => void;
}

/** Which of an experiment's fields, be it hundreds, are columns. */
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

function Picker({ columns, fields, automatic, onColumns }: ColumnPickerProps) {
  const [text, setText] = useState("");
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
                  onToggle={() => onColumns(toggleColumn(choice, columns))}
                />
              </div>
            );
          })}
        </div>
        {choices.length === 0 && <p className={classes.none}>No field has “{text}” in its name</p>}
      </div>
      <div className={classes.foot}>
        <span>{columns.length} shown</span>
        <Button variant="subtle" size="compact-xs" disabled={automatic} onClick={() => onColumns(null)}>
          Choose for me
        </Button>
      </div>
    </div>
  );
}

function Choice({ choice, chosen, onToggle }: { choice: PickerRow; chosen: boolean; onToggle: () => void }) {
  if (choice.kind === "heading") return <div className={classes.heading}>{choice.label}</div>;
  return (
    <label className={classes.choice} title={choice.label}>
      <input type="checkbox" checked={chosen} onChange={onToggle} />
      <span>{choice.label}</span>
      {choice.runs !== null && <small className="tm-number">{choice.runs}</small>}
    </label>
  );
}
