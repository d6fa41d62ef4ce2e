import { queryOptions } from "@tanstack/react-query";
import { deleteJson, getJson, KFP, NATIVE, postJson, type Workspace } from "../client";
import type { components } from "../generated";
import { keys } from "../keys";
import type { Parameters, RunState } from "./types";

type Wire = components["schemas"];

const ROOT = `${NATIVE}/pipeline-schedules`;
const RECURRING = `${KFP}/recurringruns`;
/** The server gives no more at once. */
const PAGE_ROWS = 200;
const PAGES_MAX = 25;
const TIMES_SHOWN = 100;
const PREVIEWED = 5;

/** What one time of a schedule came to. */
export interface ScheduleTime extends Omit<Wire["ScheduleTimeRow"], "run_state"> {
  /** Empty where there is no such run any more, or never was. */
  run_state: RunState | "";
}

export interface Schedule extends Omit<Wire["PipelineScheduleRow"], "parameters" | "last" | "times"> {
  parameters: Parameters;
  last: ScheduleTime | null;
  /** The latest first; lists lack them. */
  times: readonly ScheduleTime[];
}

export type SchedulePreview = Wire["SchedulePreview"];

/** A trigger as it is asked about: a cron expression with its time zone, or an interval. */
export interface TriggerQuery {
  cron?: string;
  timezone?: string;
  interval_s?: number;
}

/** A schedule as Kubeflow's API takes it. */
export interface NewSchedule {
  display_name: string;
  pipeline_version_reference: { pipeline_id: string; pipeline_version_id?: string };
  runtime_config: { parameters: Parameters };
  trigger: { cron_schedule: { cron: string } } | { periodic_schedule: { interval_second: string } };
  max_concurrency: string;
  no_catchup: boolean;
}

/** Every schedule, the latest first. */
export function schedulesQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: keys.pipelineSchedules(workspace),
    queryFn: async ({ signal }) => {
      const found: Schedule[] = [];
      let token = "";
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const query = { limit: PAGE_ROWS, page_token: token || undefined };
        const answer = await getJson<{ schedules: Schedule[]; next_page_token: string }>(workspace, ROOT, {
          query,
          signal,
        });
        found.push(...answer.schedules);
        token = answer.next_page_token;
        if (token === "") break;
      }
      return found;
    },
  });
}

/** A schedule with its next times, and what its latest came to. */
export function scheduleQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: keys.pipelineSchedule(workspace, id),
    queryFn: ({ signal }) =>
      getJson<Schedule>(workspace, `${ROOT}/${encodeURIComponent(id)}`, {
        query: { limit: TIMES_SHOWN },
        signal,
      }),
  });
}

/** A trigger in words, and its next times; what is none fails with the reason. */
export function previewQuery(workspace: Workspace, trigger: TriggerQuery) {
  return queryOptions({
    queryKey: keys.schedulePreview(workspace, trigger),
    queryFn: ({ signal }) =>
      getJson<SchedulePreview>(workspace, `${ROOT}/preview`, {
        query: { ...trigger, count: PREVIEWED },
        signal,
      }),
    retry: false,
  });
}

/** Makes a schedule; gives its id. */
export async function createSchedule(workspace: Workspace, schedule: NewSchedule): Promise<string> {
  const made = await postJson<{ recurring_run_id: string }>(workspace, RECURRING, schedule);
  return made.recurring_run_id;
}

export function switchSchedule(workspace: Workspace, id: string, on: boolean): Promise<unknown> {
  return postJson(workspace, `${RECURRING}/${encodeURIComponent(id)}:${on ? "enable" : "disable"}`, {});
}

/** Removes a schedule; its runs stay. */
export function deleteSchedule(workspace: Workspace, id: string): Promise<unknown> {
  return deleteJson(workspace, `${RECURRING}/${encodeURIComponent(id)}`);
}
