import { Search, X } from "lucide-react";
import type { XAxis } from "@/api/types";
import { Segmented } from "@/lib/Segmented";
import { usePaused } from "@/lib/usePaused";
import classes from "./ControlStrip.module.css";
import { MAX_COLUMNS, MAX_SMOOTHING, type WallState } from "./logic/wallState";

interface ControlStripProps {
  state: WallState;
  onChange: (change: Partial<WallState>) => void;
  /** How many metrics there are and how many the search finds. */
  total: number;
  found: number;
}

const AXES: { value: XAxis; label: string }[] = [
  { value: "step", label: "Step" },
  { value: "relative", label: "Relative" },
  { value: "time", label: "Time" },
];

const COLUMN_CHOICES = Array.from({ length: MAX_COLUMNS }, (_, index) => index + 1);

/** Everything that changes how the curves look, always in sight. */
export function ControlStrip({ state, onChange, total, found }: ControlStripProps) {
  return (
    <div className={classes.strip} role="toolbar" aria-label="Chart settings">
      <MetricSearch
        value={state.search}
        onChange={(search) => onChange({ search })}
        total={total}
        found={found}
      />
      <Smoothing value={state.smoothing} onChange={(smoothing) => onChange({ smoothing })} />
      <Segmented label="X axis" options={AXES} value={state.x} onChange={(x) => onChange({ x })} />
      <div className={classes.toggles}>
        <Toggle
          label="Log x"
          on={state.logX}
          disabled={state.x === "time"}
          onToggle={(logX) => onChange({ logX })}
        />
        <Toggle label="Log y" on={state.logY} onToggle={(logY) => onChange({ logY })} />
        <Toggle
          label="Ignore outliers"
          on={state.ignoreOutliers}
          onToggle={(ignoreOutliers) => onChange({ ignoreOutliers })}
        />
      </div>
      <label className={classes.columns}>
        Columns
        <select value={state.columns} onChange={(event) => onChange({ columns: Number(event.target.value) })}>
          <option value={0}>Auto</option>
          {COLUMN_CHOICES.map((count) => (
            <option key={count} value={count}>
              {count}
            </option>
          ))}
        </select>
      </label>
      {state.zoom !== null && (
        <button type="button" className={classes.reset} onClick={() => onChange({ zoom: null })}>
          <X size={13} aria-hidden /> Reset zoom
        </button>
      )}
    </div>
  );
}

/** A text that is kept here while typing, and handed on when the typing pauses. */
function MetricSearch({
  value,
  onChange,
  total,
  found,
}: {
  value: string;
  onChange: (text: string) => void;
  total: number;
  found: number;
}) {
  const [text, setText] = usePaused(value, onChange, 150);
  return (
    <div className={classes.search}>
      <Search size={14} aria-hidden />
      <input
        type="search"
        value={text}
        placeholder={`Search ${total} ${total === 1 ? "metric" : "metrics"}`}
        aria-label="Search metrics by words, or /expression/"
        onChange={(event) => setText(event.target.value)}
      />
      {value !== "" && (
        <span className={classes.found} role="status">
          {found} of {total}
        </span>
      )}
    </div>
  );
}

function Smoothing({ value, onChange }: { value: number; onChange: (weight: number) => void }) {
  const [weight, setWeight] = usePaused(value, onChange, 60);
  return (
    <label className={classes.smoothing} title="Exponential moving average; extremes stay visible behind it">
      Smoothing
      <input
        type="range"
        min={0}
        max={MAX_SMOOTHING}
        step={0.01}
        value={weight}
        onChange={(event) => setWeight(Number(event.target.value))}
      />
      <output>{weight.toFixed(2)}</output>
    </label>
  );
}

interface ToggleProps {
  label: string;
  on: boolean;
  disabled?: boolean;
  onToggle: (on: boolean) => void;
}

function Toggle({ label, on, disabled = false, onToggle }: ToggleProps) {
  return (
    <button
      type="button"
      aria-pressed={on}
      disabled={disabled}
      className={classes.toggle}
      onClick={() => onToggle(!on)}
    >
      {label}
    </button>
  );
}
