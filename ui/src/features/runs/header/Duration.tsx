import type { RunDetail } from "@/api/types";
import { formatDuration } from "@/lib/times";
import { useSeconds } from "@/lib/useSeconds";

/** How long the run took; counts on while it runs. */
export function Duration({ run }: { run: RunDetail }) {
  const running = run.end_ms === null && run.status === "RUNNING";
  const now = useSeconds(running);
  if (run.start_ms === null) return <span>–</span>;
  const end = run.end_ms ?? (running ? now : null);
  return <span className="tm-number">{formatDuration(end === null ? null : end - run.start_ms)}</span>;
}
