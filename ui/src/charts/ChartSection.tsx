import { ChevronRight } from "lucide-react";
import { type ReactNode, useId } from "react";
import classes from "./ChartSection.module.css";

interface ChartSectionProps {
  /** Null for charts that need no heading. */
  name: string | null;
  count: number;
  open: boolean;
  onToggle: () => void;
  /** Charts side by side; 0 chooses by the width. */
  columns: number;
  children: ReactNode;
}

/** So few charts without a heading share the whole width, and may be taller. */
const FEW = 3;

/** Charts under one heading that folds. */
export function ChartSection({ name, count, open, onToggle, columns, children }: ChartSectionProps) {
  const bodyId = useId();
  const grid = (
    <div
      id={bodyId}
      className={classes.grid}
      data-fixed={columns > 0}
      data-few={name === null && count <= FEW}
      style={columns > 0 ? ({ "--tm-chart-columns": columns } as React.CSSProperties) : undefined}
    >
      {children}
    </div>
  );
  if (name === null) {
    return (
      <>
        <h2 className="tm-visually-hidden">Metrics</h2>
        {grid}
      </>
    );
  }
  return (
    <section className={classes.section} aria-label={name}>
      <h2 className={classes.heading}>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={open ? bodyId : undefined}
          onClick={onToggle}
        >
          <ChevronRight size={14} aria-hidden className={classes.chevron} />
          {name}
          <span className={classes.count}>{count}</span>
        </button>
      </h2>
      {open && grid}
    </section>
  );
}
