import { Button } from "@mantine/core";
import { Plus } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { ListHead } from "@/lib/ListHead";
import { ConfirmDialog } from "@/lib/lazyDialogs";
import { ErrorMessage, Message } from "@/lib/Message";
import { plural } from "@/lib/numbers";
import { jobsPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { useShortcuts } from "@/lib/shortcuts";
import { usePage } from "@/lib/usePage";
import { useSelection } from "@/lib/useSelection";
import { useStable } from "@/lib/useStable";
import { useWorkspace } from "@/lib/workspace";
import { GroupHead } from "./group/GroupHead";
import classes from "./JobsPage.module.css";
import { isFiltered, readListing, toggled, writeSort } from "./logic/listing";
import { NoJobs } from "./NoJobs";
import { JobFilters } from "./table/JobFilters";
import { JobSelection } from "./table/JobSelection";
import { JobTable } from "./table/JobTable";
import { StateCounts } from "./table/StateCounts";
import { useJobActions } from "./useJobActions";
import { useJobWindows } from "./useJobWindows";

const NewJobDialog = lazy(async () => ({ default: (await import("./newjob/NewJobDialog")).NewJobDialog }));

/** Everything that runs, waits or has run, in one table. */
export function JobsPage() {
  const workspace = useWorkspace();
  const [query, patch] = useQueryState();
  const listing = useStable(readListing(query));
  const jobs = useJobWindows(listing);
  const selection = useSelection();
  const actions = useJobActions();
  const [asking, setAsking] = useState<"new" | "stop" | null>(null);
  const search = useRef<HTMLInputElement>(null);
  usePage(
    listing.group === ""
      ? [{ label: "Jobs" }]
      : [{ label: "Jobs", page: jobsPage(workspace) }, { label: listing.group }],
  );
  useShortcuts("Jobs", [
    { keys: "n", label: "New job", run: () => setAsking("new") },
    { keys: "f", label: "Find a job", run: () => search.current?.focus() },
  ]);
  // What is done to the selected jobs is done to jobs that one sees.
  const { clear } = selection;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is another listing that clears.
  useEffect(clear, [listing, clear]);

  const ids = [...selection.ids];
  const stop = () => actions.stop(ids).then(selection.clear);
  const { first } = jobs;
  return (
    <div className={classes.page}>
      <ListHead title="Jobs" total={first?.total}>
        <StateCounts
          states={first?.states ?? {}}
          chosen={listing.state}
          onToggle={(state) => patch({ state: toggled(listing.state, state).join(",") })}
        />
        <JobFilters listing={listing} searchRef={search} onPatch={patch} />
        <Button size="xs" leftSection={<Plus size={14} />} onClick={() => setAsking("new")} title="N">
          New job
        </Button>
      </ListHead>
      {listing.group !== "" && <GroupHead group={listing.group} states={first?.states ?? {}} />}
      {jobs.error !== null ? (
        <ErrorMessage title="Jobs cannot be shown" error={jobs.error} onRetry={jobs.retry} />
      ) : first?.total === 0 ? (
        isFiltered(listing) ? (
          <Message title="No job matches the filters">
            <Button
              variant="default"
              size="xs"
              onClick={() => patch({ state: "", kind: "", owner: "", group: "", search: "" }, { push: true })}
            >
              Show all jobs
            </Button>
          </Message>
        ) : (
          <NoJobs onNew={() => setAsking("new")} />
        )
      ) : (
        <JobTable
          jobs={jobs}
          listing={listing}
          selection={selection}
          onSort={(sort) => patch(writeSort(sort))}
        />
      )}
      {ids.length > 0 && (
        <JobSelection
          count={ids.length}
          onStop={() => setAsking("stop")}
          onAgain={() => void actions.again(ids).then(selection.clear)}
          onClear={selection.clear}
        />
      )}
      {asking === "stop" && (
        <ConfirmDialog
          title={`Stop ${plural(ids.length, "job")}?`}
          action={`Stop ${plural(ids.length, "job")}`}
          tone="bad"
          onConfirm={stop}
          onClose={() => setAsking(null)}
        >
          What waits leaves the queue; what runs is asked to end, and killed when it does not. Jobs that have
          ended stay as they are.
        </ConfirmDialog>
      )}
      {asking === "new" && (
        <Suspense>
          <NewJobDialog onClose={() => setAsking(null)} />
        </Suspense>
      )}
    </div>
  );
}
