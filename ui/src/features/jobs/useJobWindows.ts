import { jobListQuery } from "@/api/compute/jobs";
import type { JobListing, JobPage, JobRow } from "@/api/compute/types";
import { useWindows, type Windows } from "@/lib/useWindows";
import { useWorkspace } from "@/lib/workspace";

export type JobWindows = Windows<JobPage, JobRow>;

/** The jobs of a listing of any length; the first window has their counts too. */
export function useJobWindows(listing: JobListing): JobWindows {
  const workspace = useWorkspace();
  return useWindows(
    (offset, limit) => jobListQuery(workspace, listing, offset, limit),
    (page) => page.workloads,
  );
}
