import { Button, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Plus, Search } from "lucide-react";
import { useRef, useState } from "react";
import { experimentListQuery } from "@/api/experiments";
import { TextDialog } from "@/lib/lazyDialogs";
import { ErrorMessage, Message } from "@/lib/Message";
import { formatCount } from "@/lib/numbers";
import { useGo } from "@/lib/PageLink";
import { experimentPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { Segmented } from "@/lib/Segmented";
import { useShortcuts } from "@/lib/shortcuts";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import { useExperimentActions } from "./actions/useExperimentActions";
import classes from "./ExperimentsPage.module.css";
import { ExperimentList } from "./list/ExperimentList";
import { readList, writeList } from "./list/listState";

const VIEWS = [
  { value: "active", label: "Active" },
  { value: "deleted", label: "Deleted" },
] as const;

/** Every experiment of the workspace. */
export function ExperimentsPage() {
  const workspace = useWorkspace();
  const go = useGo();
  const [query, patch] = useQueryState();
  const state = readList(query);
  const experiments = useQuery(experimentListQuery(workspace, state));
  const actions = useExperimentActions();
  const searchInput = useRef<HTMLInputElement>(null);
  const [creating, setCreating] = useState(false);
  const search = useDebouncedCallback((text: string) => patch(writeList({ search: text })), 150);
  usePage([{ label: "Experiments" }]);
  useShortcuts("Experiments", [
    { keys: "n", label: "New experiment", run: () => setCreating(true) },
    { keys: "f", label: "Find an experiment", run: () => searchInput.current?.focus() },
  ]);

  const { data } = experiments;
  return (
    <div className={classes.page}>
      <div className={classes.tools}>
        <h1>
          Experiments <span className="tm-number">{data === undefined ? "" : formatCount(data.total)}</span>
        </h1>
        <TextInput
          ref={searchInput}
          className={classes.search}
          size="xs"
          leftSection={<Search size={14} />}
          placeholder="Find by name"
          aria-label="Find an experiment by name"
          defaultValue={state.search}
          onChange={(event) => search(event.currentTarget.value)}
        />
        <Segmented
          label="Which experiments"
          options={VIEWS}
          value={state.view === "deleted" ? "deleted" : "active"}
          onChange={(view) => patch(writeList({ view }))}
        />
        <Button size="xs" leftSection={<Plus size={14} />} onClick={() => setCreating(true)}>
          New
        </Button>
      </div>
      {experiments.isError && data === undefined && (
        <ErrorMessage
          title="Experiments cannot be shown"
          error={experiments.error}
          onRetry={() => void experiments.refetch()}
        />
      )}
      {data !== undefined && data.total === 0 && (
        <None search={state.search} deleted={state.view === "deleted"} />
      )}
      {data !== undefined && data.total > 0 && (
        <ExperimentList
          experiments={data.experiments}
          state={state}
          outdated={experiments.isPlaceholderData}
          onState={(change) => patch(writeList(change))}
        />
      )}
      {creating && (
        <TextDialog
          title="New experiment"
          label="Name"
          action="Create"
          onSubmit={async (name) => go(experimentPage(workspace, await actions.create(name)))}
          onClose={() => setCreating(false)}
        />
      )}
    </div>
  );
}

function None({ search, deleted }: { search: string; deleted: boolean }) {
  if (search !== "") return <Message title={`No experiment has “${search}” in its name`} />;
  return <Message title={deleted ? "No experiment is deleted" : "No experiments yet"} />;
}
