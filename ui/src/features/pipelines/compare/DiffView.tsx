import type { CodeChange } from "@/api/pipelines/types";
import { componentName } from "./CauseList";
import classes from "./DiffView.module.css";

/** How the code of a component changed, line by line. */
export function DiffView({ change: { components, change, diff, cut } }: { change: CodeChange }) {
  const names = components.map(componentName).join(", ");
  if (change !== "changed" || diff.length === 0)
    return (
      <p className={classes.name}>
        <strong>{names}</strong>{" "}
        {change === "changed" ? "changed; it is too long to be shown line by line" : `was ${change}`}
      </p>
    );
  return (
    <details className={classes.diff} open={diff.length <= 40}>
      <summary>
        <strong>{names}</strong>
      </summary>
      <pre>
        {diff.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines stay in their order.
          <div key={index} data-kind={kindOf(line)}>
            {line}
          </div>
        ))}
        {cut && <div data-kind="place">…</div>}
      </pre>
    </details>
  );
}

function kindOf(line: string): string {
  if (line.startsWith("@@")) return "place";
  if (line.startsWith("+")) return "added";
  return line.startsWith("-") ? "removed" : "same";
}
