import type { RunRow } from "@/api/types";
import { codeOrigin } from "@/lib/codeOrigin";

/** Runs of one commit; null for those that recorded none. */
export interface CommitGroup {
  readonly commit: string | null;
  readonly repository: string | null;
  readonly runs: readonly RunRow[];
}

/** Runs by commit, in the order in which the commits appear; those without a commit last. */
export function byCommit(runs: readonly RunRow[]): CommitGroup[] {
  const groups = new Map<string | null, { repository: string | null; runs: RunRow[] }>();
  for (const run of runs) {
    const { commit, repository } = codeOrigin(run.tags);
    const group = groups.get(commit) ?? { repository, runs: [] };
    group.runs.push(run);
    groups.set(commit, group);
  }
  return [...groups]
    .map(([commit, group]) => ({ commit, ...group }))
    .sort((a, b) => Number(a.commit === null) - Number(b.commit === null));
}
