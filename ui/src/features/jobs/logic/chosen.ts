import type { JobDetails } from "@/api/compute/types";
import type { QueryState } from "@/lib/queryState";
import { decisive, processesOf } from "./outcome";

export interface ChosenProcess {
  /** 0 while there has been none. */
  readonly attempt: number;
  /** Null: all ranks of the gang together. */
  readonly rank: number | null;
}

/** Which process of which attempt the URL names; by default that which speaks for the last attempt. */
export function chosenProcess(job: JobDetails, query: QueryState): ChosenProcess {
  const attempts = attemptsOf(job);
  const wanted = Number(query.attempt ?? Number.NaN);
  const attempt = attempts.includes(wanted) ? wanted : (attempts.at(-1) ?? 0);
  const processes = processesOf(job, attempt);
  if (query.rank === "all") return { attempt, rank: processes.length > 1 ? null : 0 };
  const rank = Number(query.rank ?? Number.NaN);
  if (processes.some((process) => process.rank === rank)) return { attempt, rank };
  return { attempt, rank: decisive(processes)?.rank ?? 0 };
}

/** The attempts that were made, the first of them first. */
export function attemptsOf(job: JobDetails): number[] {
  const known = new Set(job.processes.map((process) => process.attempt));
  return [...known].sort((a, b) => a - b);
}
