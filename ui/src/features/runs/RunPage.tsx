import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { ApiError } from "@/api/errors";
import { runQuery } from "@/api/runs";
import type { RunDetail } from "@/api/types";
import { ErrorMessage } from "@/lib/Message";
import { experimentPage, experimentsPage, type RunTab } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import { RunHeader } from "./header/RunHeader";
import { Overview } from "./overview/Overview";
import classes from "./RunPage.module.css";
import { RunTabs } from "./RunTabs";

const RunCharts = lazy(() => import("./RunCharts"));
const ArtifactBrowser = lazy(() => import("@/features/artifacts/ArtifactBrowser"));
const CodeTab = lazy(() => import("./code/CodeTab"));

/** One run: what it was given, what it measured, what it left behind. */
export function RunPage() {
  const { runId = "", experimentId = "" } = useParams({ strict: false }) as Record<string, string>;
  const workspace = useWorkspace();
  const { data: run, error, refetch } = useQuery(runQuery(workspace, runId));
  const title = run?.name ?? runId.slice(0, 8);
  const trail = useMemo(
    () => [
      { label: "Experiments", page: experimentsPage(workspace) },
      {
        label: run?.experiment_name ?? experimentId,
        page: experimentPage(workspace, run?.experiment_id ?? experimentId),
      },
      { label: title },
    ],
    [workspace, run?.experiment_name, run?.experiment_id, experimentId, title],
  );
  usePage(trail);

  if (run === undefined && error) {
    const missing = error instanceof ApiError && error.status === 404;
    return (
      <ErrorMessage
        title={missing ? "There is no such run" : "The run could not be loaded"}
        error={error}
        {...(missing ? {} : { onRetry: () => void refetch() })}
      />
    );
  }
  if (run === undefined) return <div className={classes.page} role="status" aria-label="Loading the run" />;
  return <LoadedRun run={run} />;
}

function LoadedRun({ run }: { run: RunDetail }) {
  const [query] = useQueryState();
  const tab = readTab(query.tab);
  return (
    <div className={classes.page}>
      <RunHeader run={run} />
      <RunTabs run={run} tab={tab} />
      <div
        className={classes.content}
        role="tabpanel"
        id={`panel-${tab}`}
        aria-labelledby={`tab-${tab}`}
        data-tab={tab}
      >
        <Suspense fallback={<div role="status" aria-label="Loading" />}>
          {tab === "overview" && <Overview run={run} />}
          {tab === "charts" && <RunCharts run={run} system="none" />}
          {tab === "artifacts" && (
            <ArtifactBrowser runId={run.run_id} rootUri={run.artifact_uri} models={run.models} />
          )}
          {tab === "system" && <RunCharts run={run} system="only" />}
          {tab === "code" && <CodeTab run={run} />}
        </Suspense>
      </div>
    </div>
  );
}

function readTab(text: string | undefined): RunTab {
  return text === "charts" || text === "artifacts" || text === "system" || text === "code"
    ? text
    : "overview";
}
