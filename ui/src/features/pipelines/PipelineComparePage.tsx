import { useQuery } from "@tanstack/react-query";
import { ArrowLeftRight } from "lucide-react";
import { useMemo, useState } from "react";
import { changesQuery } from "@/api/pipelines/runs";
import type { RunChanges } from "@/api/pipelines/types";
import { ErrorMessage, Message } from "@/lib/Message";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { pipelinesPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import { CauseList } from "./compare/CauseList";
import { ComparedRuns } from "./compare/ComparedRuns";
import { causesIn, differs } from "./compare/changes";
import { OutputTable } from "./compare/OutputTable";
import { TaskTable } from "./compare/TaskTable";
import classes from "./PipelineComparePage.module.css";

/** Two runs of pipelines beside each other: what they were made of, how their steps went, what came of them. */
export function PipelineComparePage() {
  const workspace = useWorkspace();
  const [query, patch] = useQueryState();
  const { before = "", after = "" } = query;
  const { data, error, refetch } = useQuery({
    ...changesQuery(workspace, after, before),
    enabled: before !== "" && after !== "",
  });
  const trail = useMemo(
    () => [{ label: "Pipelines", page: pipelinesPage(workspace) }, { label: "Compare" }],
    [workspace],
  );
  usePage(trail);
  if (before === "" || after === "")
    return (
      <Message title="Choose two runs">
        Select two in the list of <PageLink page={pipelinesPage(workspace)}>pipeline runs</PageLink>, then
        Compare.
      </Message>
    );
  if (error !== null && data === undefined)
    return <ErrorMessage title="The runs cannot be compared" error={error} onRetry={() => void refetch()} />;
  if (data === undefined || data === null) return <div role="status" aria-label="Loading the comparison" />;
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <h1>Compare runs</h1>
        <button
          type="button"
          onClick={() => patch({ before: after, after: before })}
          title="The other one as the earlier one"
        >
          <ArrowLeftRight size={14} aria-hidden /> Swap
        </button>
      </header>
      <ComparedRuns before={data.before} after={data.after} />
      <Compared changes={data} />
    </div>
  );
}

function Compared({ changes }: { changes: RunChanges }) {
  const [showsAll, setShowsAll] = useState(false);
  const different = changes.tasks.filter(differs);
  const tasks = showsAll ? changes.tasks : different;
  return (
    <>
      <Panel title="What they were made of" count={causesIn(changes)}>
        {causesIn(changes) === 0 ? (
          <p className={classes.calm}>The same code, packages, parameters and inputs.</p>
        ) : (
          <CauseList changes={changes} />
        )}
      </Panel>
      <Panel
        title="Steps"
        count={tasks.length}
        tools={
          <label className={classes.all}>
            <input
              type="checkbox"
              checked={showsAll}
              onChange={(event) => setShowsAll(event.currentTarget.checked)}
            />
            Also those that went alike
          </label>
        }
        flush
      >
        {tasks.length === 0 ? (
          <p className={classes.none}>All of their steps went alike.</p>
        ) : (
          <TaskTable tasks={tasks} />
        )}
      </Panel>
      <Panel title="What they made" count={changes.outputs.length} flush>
        {changes.outputs.length === 0 ? (
          <p className={classes.none}>The same values and metrics.</p>
        ) : (
          <OutputTable outputs={changes.outputs} />
        )}
      </Panel>
    </>
  );
}
