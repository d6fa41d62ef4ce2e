import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { experimentQuery } from "@/api/experiments";
import { pipelinesQuery } from "@/api/pipelines/catalog";
import { pipelineRunsQuery } from "@/api/pipelines/runs";
import { ListHead } from "@/lib/ListHead";
import { ErrorMessage, Message } from "@/lib/Message";
import { useQueryState } from "@/lib/queryState";
import { useShortcuts } from "@/lib/shortcuts";
import { usePage } from "@/lib/usePage";
import { useSelection } from "@/lib/useSelection";
import { useStable } from "@/lib/useStable";
import { useWorkspace } from "@/lib/workspace";
import { isFiltered, readListing, toggledStates } from "./logic/listing";
import { NoPipelineRuns } from "./NoPipelineRuns";
import classes from "./PipelinesPage.module.css";
import { PipelineViews } from "./PipelineViews";
import { RunSelection } from "./runs/RunSelection";
import { RunTable } from "./runs/RunTable";
import { RunTools } from "./runs/RunTools";

const TRAIL = [{ label: "Pipelines" }];
const NO_FILTER = { state: "", search: "", pipeline: "", experiment: "", archived: "" };

/** Every run of a pipeline, the latest first. */
export function PipelinesPage() {
  const workspace = useWorkspace();
  const [query, patch] = useQueryState();
  const listing = useStable(readListing(query));
  const [pages, setPages] = useState(1);
  const runs = useQuery({
    ...pipelineRunsQuery(workspace, listing, pages),
    placeholderData: keepPreviousData,
  });
  const { data: pipelines } = useQuery(pipelinesQuery(workspace));
  const { data: experiment } = useQuery({
    ...experimentQuery(workspace, listing.experiment),
    enabled: listing.experiment !== "",
  });
  const selection = useSelection();
  const search = useRef<HTMLInputElement>(null);
  usePage(TRAIL);
  useShortcuts("Pipelines", [{ keys: "f", label: "Find a run", run: () => search.current?.focus() }]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another listing begins with its first page.
  useEffect(() => setPages(1), [listing]);
  const { data } = runs;
  const onMore = useCallback(() => setPages((before) => before + 1), []);
  const total = data?.total;
  const nameOf = (id: string) => pipelines?.find((one) => one.pipeline_id === id)?.display_name;
  return (
    <div className={classes.page}>
      <PipelineViews current="runs" />
      <div className={classes.panel} role="tabpanel" id="panel-runs" aria-labelledby="tab-runs">
        <ListHead title="Pipeline runs" total={total}>
          <RunTools
            listing={listing}
            searchRef={search}
            onToggle={(state) => patch({ state: toggledStates(listing.state, state) })}
            onArchived={(archived) => patch({ archived: archived ? "yes" : "" })}
          />
          {listing.pipeline !== "" && (
            <Narrowed
              text={`Of ${nameOf(listing.pipeline) ?? "one pipeline"}`}
              onClear={() => patch({ pipeline: "" })}
            />
          )}
          {listing.experiment !== "" && (
            <Narrowed
              text={`Experiment ${experiment?.name ?? listing.experiment}`}
              onClear={() => patch({ experiment: "" })}
            />
          )}
        </ListHead>
        {runs.error !== null && data === undefined ? (
          <ErrorMessage
            title="Pipeline runs cannot be shown"
            error={runs.error}
            onRetry={() => void runs.refetch()}
          />
        ) : total === 0 && !runs.isPlaceholderData ? (
          isFiltered(listing) ? (
            <Message title="No run matches the filters">
              <Button variant="default" size="xs" onClick={() => patch(NO_FILTER, { push: true })}>
                Show all runs
              </Button>
            </Message>
          ) : (
            <NoPipelineRuns />
          )
        ) : (
          <RunTable
            runs={data?.runs ?? []}
            selection={selection}
            outdated={runs.isPlaceholderData && pages === 1}
            hasMore={data !== undefined && data.next_page_token !== ""}
            onMore={runs.isFetching ? undefined : onMore}
            nameOf={nameOf}
          />
        )}
        <RunSelection runs={data?.runs ?? []} selection={selection} />
      </div>
    </div>
  );
}

/** What the list is narrowed to, that has no field of its own. */
function Narrowed({ text, onClear }: { text: string; onClear: () => void }) {
  return (
    <span className={classes.narrowed}>
      {text}
      <button type="button" onClick={onClear} aria-label={`No longer: ${text}`} title="Show all">
        <X size={13} aria-hidden />
      </button>
    </span>
  );
}
