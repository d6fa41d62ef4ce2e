import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ALL_JOBS, jobListQuery } from "@/api/compute/jobs";
import type { JobPage, JobRow } from "@/api/compute/types";
import { useWorkspace } from "@/lib/workspace";

const SHOWN = 6;

interface Some {
  readonly rows: readonly JobRow[];
  readonly total: number;
}

/** The jobs that Home tells of: those that run, those that failed today, and whether there were any at all. */
export function useHomeJobs(): { running: Some; failed: Some; any: boolean } {
  const workspace = useWorkspace();
  const listings = useMemo(
    () => ({
      running: { ...ALL_JOBS, state: ["running", "admitted", "stopping"] as const },
      failed: { ...ALL_JOBS, state: ["failed"] as const, ended_since_ms: midnight() },
    }),
    [],
  );
  const running = useQuery(jobListQuery(workspace, listings.running, 0, SHOWN));
  const failed = useQuery(jobListQuery(workspace, listings.failed, 0, SHOWN));
  const any = Object.values(running.data?.states ?? {}).some((count) => count > 0);
  return { running: someOf(running.data), failed: someOf(failed.data), any };
}

function someOf(page: JobPage | undefined): Some {
  return { rows: page?.workloads ?? [], total: page?.total ?? 0 };
}

/** When today began, here. */
function midnight(): number {
  return new Date().setHours(0, 0, 0, 0);
}
