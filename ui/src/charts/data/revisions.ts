import { onChanges } from "@/api/live";
import { connectionNow } from "@/api/live/connection";

/** Changes of each run's curves, counted since the page was opened. */
const counts = new Map<string, number>();
/** Counts the moments at which anything may have changed unseen. */
let unknown = 0;

onChanges((changes) => {
  if (changes.length === 0) unknown += 1;
  for (const change of changes) {
    if (change.run_id !== null && change.kind !== "artifact") {
      counts.set(change.run_id, (counts.get(change.run_id) ?? 0) + 1);
    }
  }
});

/** A number that is higher after each change of the run; null while no changes arrive to be counted. */
export function revisionOf(runId: string): number | null {
  if (connectionNow() !== "live") return null;
  // One number for both counts: unseen changes outweigh any count of seen ones.
  return unknown * 1e9 + (counts.get(runId) ?? 0);
}
