import { useEffect, useState } from "react";
import type { RunDetail } from "@/api/types";
import { formatDuration } from "@/lib/times";

/** How long the run took; counts on while it runs. */
export function Duration({ run }: { run: RunDetail }) {
  const running = run.end_ms === null && run.status === "RUNNING";
  const now = useSeconds(running);
  if (run.start_ms === null) return <span>–</span>;
  const end = run.end_ms ?? (running ? now : null);
  return <span className="tm-number">{formatDuration(end === null ? null : end - run.start_ms)}</span>;
}

/** The time, renewed every second while `active`. */
function useSeconds(active: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [active]);
  return now;
}
