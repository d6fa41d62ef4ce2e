import type { LineStyle } from "@/design/lineStyle";

/** A piece of a run's line, as its charts draw it: colour and dash. */
export function Swatch({ line, width = 18 }: { line: LineStyle; width?: number }) {
  return (
    <svg width={width} height={10} aria-hidden focusable={false}>
      <line
        x1={1.5}
        x2={width - 1.5}
        y1={5}
        y2={5}
        stroke={line.color}
        strokeWidth={3}
        strokeLinecap={line.dash.length === 0 ? "round" : "butt"}
        strokeDasharray={line.dash.join(" ") || undefined}
      />
    </svg>
  );
}
