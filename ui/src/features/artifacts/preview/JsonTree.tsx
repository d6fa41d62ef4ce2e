import { ChevronRight } from "lucide-react";
import { useState } from "react";
import classes from "./JsonTree.module.css";

/** Children of one value shown at once. */
const STEP = 100;
/** Levels that start open. */
const OPEN_LEVELS = 2;
const TEXT_MAX = 2000;

/** A JSON value; lists and objects fold. */
export function JsonTree({ value }: { value: unknown }) {
  return (
    <section
      className={classes.tree}
      aria-label="JSON"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard.
      tabIndex={0}
    >
      <Node name={null} value={value} level={0} />
    </section>
  );
}

function Node({ name, value, level }: { name: string | null; value: unknown; level: number }) {
  const isBranch = typeof value === "object" && value !== null;
  if (!isBranch) {
    return (
      <div className={classes.leaf}>
        <Name name={name} />
        <Leaf value={value} />
      </div>
    );
  }
  return <Branch name={name} value={value} level={level} />;
}

function Branch({ name, value, level }: { name: string | null; value: object; level: number }) {
  const entries = Object.entries(value);
  const isList = Array.isArray(value);
  const [open, setOpen] = useState(level < OPEN_LEVELS && entries.length <= STEP);
  const [shown, setShown] = useState(STEP);
  const summary = isList ? `[${entries.length}]` : `{${entries.length}}`;
  if (entries.length === 0) {
    return (
      <div className={classes.leaf}>
        <Name name={name} />
        {isList ? "[]" : "{}"}
      </div>
    );
  }
  return (
    <div>
      <button type="button" className={classes.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={12} aria-hidden className={classes.chevron} />
        <Name name={name} />
        <span className={classes.summary}>{summary}</span>
      </button>
      {open && (
        <div className={classes.children}>
          {entries.slice(0, shown).map(([key, child]) => (
            <Node key={key} name={key} value={child} level={level + 1} />
          ))}
          {entries.length > shown && (
            <button type="button" className={classes.more} onClick={() => setShown(shown + 10 * STEP)}>
              {(entries.length - shown).toLocaleString("en")} more
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Name({ name }: { name: string | null }) {
  return name === null ? null : <span className={classes.name}>{name}: </span>;
}

function Leaf({ value }: { value: unknown }) {
  if (typeof value === "string") {
    const text = value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}…` : value;
    return <span className={classes.string}>{JSON.stringify(text)}</span>;
  }
  return <span className={classes.literal}>{String(value)}</span>;
}
