import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { keys } from "@/api/keys";
import { createSchedule, deleteSchedule, type NewSchedule, switchSchedule } from "@/api/pipelines/schedules";
import { toastDone, toastError } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";

/** What can be done to schedules. */
export function useScheduleActions() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMemo(() => {
    const refresh = () => client.invalidateQueries({ queryKey: keys.pipelineSchedules(workspace) });
    return {
      /** Gives its id; throws what the server said. */
      create: async (schedule: NewSchedule): Promise<string> => {
        const id = await createSchedule(workspace, schedule);
        await refresh();
        toastDone("Schedule made");
        return id;
      },
      /** Says by itself where it fails. */
      turn: async (id: string, on: boolean): Promise<void> => {
        try {
          await switchSchedule(workspace, id, on);
        } catch (error) {
          toastError("The schedule was not switched", error);
        }
        await refresh();
      },
      /** Throws what the server said. */
      remove: async (id: string): Promise<void> => {
        await deleteSchedule(workspace, id);
        // Not the schedule itself, whose page is about to be left.
        await client.invalidateQueries({ queryKey: keys.pipelineSchedules(workspace), exact: true });
        toastDone("Schedule deleted");
      },
    };
  }, [client, workspace]);
}
