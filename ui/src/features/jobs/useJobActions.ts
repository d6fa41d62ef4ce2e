import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { jobQuery, stopJobs, submitJob } from "@/api/compute/jobs";
import type { JobRow, JobSpec } from "@/api/compute/types";
import { keys } from "@/api/keys";
import { eachLimited } from "@/lib/eachLimited";
import { plural } from "@/lib/numbers";
import { toastDone, toastError } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";

const AT_ONCE = 6;
/** The server takes no more at once. */
const STOP_MAX = 1000;

export interface JobActions {
  /** Stops jobs, and says how many; throws what the server said. */
  stop: (ids: readonly string[]) => Promise<void>;
  stopGroup: (group: string) => Promise<void>;
  /** Submits the same again; gives the new jobs. */
  again: (ids: readonly string[]) => Promise<JobRow[]>;
  submit: (job: { spec: JobSpec; name?: string }) => Promise<JobRow>;
}

/** What can be done to jobs. */
export function useJobActions(): JobActions {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMemo(() => {
    const refresh = () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.jobs(workspace) }),
        client.invalidateQueries({ queryKey: keys.compute(workspace) }),
      ]);
    const told = async (stopped: number) => {
      await refresh();
      toastDone(stopped === 0 ? "They had ended already" : `${plural(stopped, "job")} stopping`);
    };
    const stop = async (ids: readonly string[]) => {
      let stopped = 0;
      for (let at = 0; at < ids.length; at += STOP_MAX)
        stopped += (await stopJobs(workspace, { ids: ids.slice(at, at + STOP_MAX) })).ids.length;
      await told(stopped);
    };
    const stopGroup = async (group: string) => told((await stopJobs(workspace, { group })).ids.length);
    const again = async (ids: readonly string[]) => {
      const made: JobRow[] = [];
      const { failed } = await eachLimited(ids, AT_ONCE, async (id) => {
        const { spec, workload } = await client.fetchQuery(jobQuery(workspace, id));
        made.push(await submitJob(workspace, { spec, name: workload.name, group: workload.group }));
      });
      await refresh();
      if (failed[0] !== undefined)
        toastError(`${plural(failed.length, "job")} not submitted`, failed[0].error);
      if (made.length > 0) toastDone(`${plural(made.length, "job")} submitted again`);
      return made;
    };
    const submit = async (job: { spec: JobSpec; name?: string }) => {
      const row = await submitJob(workspace, job);
      await refresh();
      return row;
    };
    return { stop, stopGroup, again, submit };
  }, [client, workspace]);
}
