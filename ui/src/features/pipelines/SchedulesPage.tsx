import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { CalendarPlus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { pipelinesQuery } from "@/api/pipelines/catalog";
import { schedulesQuery } from "@/api/pipelines/schedules";
import { FilterBox, matchesFilter } from "@/lib/FilterBox";
import { ErrorMessage, Message } from "@/lib/Message";
import { formatCount } from "@/lib/numbers";
import { useGo } from "@/lib/PageLink";
import { pipelinesPage, schedulesPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { useShortcuts } from "@/lib/shortcuts";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import classes from "./CatalogPage.module.css";
import { PipelineViews } from "./PipelineViews";
import { NoSchedules } from "./schedules/NoSchedules";
import { ScheduleDetail } from "./schedules/ScheduleDetail";
import { ScheduleList } from "./schedules/ScheduleList";
import { useScheduleActions } from "./schedules/useScheduleActions";

const ScheduleDialog = lazy(async () => ({
  default: (await import("./schedules/ScheduleDialog")).ScheduleDialog,
}));

/** Pipelines that run at times: when they do next, what their last times came to, and how they are made. */
export function SchedulesPage() {
  const workspace = useWorkspace();
  const go = useGo();
  const actions = useScheduleActions();
  const [query, patch] = useQueryState();
  const { data: schedules, error, refetch } = useQuery(schedulesQuery(workspace));
  const { data: pipelines } = useQuery(pipelinesQuery(workspace));
  const [filter, setFilter] = useState("");
  const [asking, setAsking] = useState(false);
  const creating = asking || query.new !== undefined;
  const close = () => {
    setAsking(false);
    patch({ new: undefined });
  };
  usePage([{ label: "Pipelines", page: pipelinesPage(workspace) }, { label: "Schedules" }]);
  const canCreate = pipelines !== undefined && pipelines.length > 0;
  useShortcuts(
    "Schedules",
    canCreate ? [{ keys: "n", label: "New schedule", run: () => setAsking(true) }] : [],
  );
  const shown = schedules?.filter((one) => matchesFilter(`${one.name} ${one.words}`, filter));
  // A desk has room for one beside the list, a phone only for that which was asked for.
  const chosen = query.schedule ?? shown?.[0]?.id;
  const nameOf = (id: string) => pipelines?.find((one) => one.pipeline_id === id)?.display_name;
  return (
    <div className={classes.page}>
      <PipelineViews current="schedules" />
      <div
        className={classes.panel}
        role="tabpanel"
        id="panel-schedules"
        aria-labelledby="tab-schedules"
        data-chosen={query.schedule !== undefined || undefined}
      >
        <div className={classes.tools}>
          <h1>
            Schedules{" "}
            <span className="tm-number">{schedules === undefined ? "" : formatCount(schedules.length)}</span>
          </h1>
          <FilterBox value={filter} onChange={setFilter} what="schedules" />
          <Button
            size="xs"
            leftSection={<CalendarPlus size={14} />}
            disabled={!canCreate}
            onClick={() => setAsking(true)}
            title="N"
          >
            New
          </Button>
        </div>
        {schedules === undefined ? (
          error !== null && (
            <ErrorMessage title="Schedules cannot be shown" error={error} onRetry={() => void refetch()} />
          )
        ) : schedules.length === 0 ? (
          <NoSchedules onCreate={canCreate ? () => setAsking(true) : undefined} />
        ) : (
          <div className={classes.parts}>
            <ScheduleList
              schedules={shown ?? []}
              chosen={chosen ?? ""}
              onSwitch={(schedule, on) => void actions.turn(schedule.id, on)}
            />
            <div className={classes.detail}>
              {chosen === undefined ? (
                <Message title="No schedule matches" />
              ) : (
                <ScheduleDetail key={chosen} id={chosen} nameOf={nameOf} />
              )}
            </div>
          </div>
        )}
      </div>
      {creating && canCreate && (
        <Suspense>
          <ScheduleDialog
            pipelines={pipelines}
            first={query.new}
            onDone={(id) => go(schedulesPage(workspace, id))}
            onClose={close}
          />
        </Suspense>
      )}
    </div>
  );
}
