import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { jobQuery } from "@/api/compute/jobs";
import type { JobDetails } from "@/api/compute/types";
import { ApiError } from "@/api/errors";
import { ErrorMessage } from "@/lib/Message";
import { PageTabs } from "@/lib/PageTabs";
import { type JobTab, jobPage, jobsPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import classes from "./JobPage.module.css";
import { chosenProcess } from "./logic/chosen";
import { HistoryTab } from "./page/HistoryTab";
import { JobHeader } from "./page/JobHeader";
import { SpecTab } from "./page/SpecTab";
import { Waits } from "./page/Waits";
import { WhyTab } from "./page/WhyTab";

const LogTab = lazy(async () => ({ default: (await import("./log/LogTab")).LogTab }));
const UseTab = lazy(async () => ({ default: (await import("./use/UseTab")).UseTab }));

const TABS: readonly { id: JobTab; label: string }[] = [
  { id: "why", label: "Why?" },
  { id: "log", label: "Log" },
  { id: "use", label: "Use" },
  { id: "history", label: "History" },
  { id: "spec", label: "What was asked" },
];

/** One job: how it stands, what it says, what it uses, what was asked. */
export function JobPage() {
  const { jobId = "" } = useParams({ strict: false }) as Record<string, string>;
  const workspace = useWorkspace();
  const { data: job, error, refetch } = useQuery(jobQuery(workspace, jobId));
  const name = job?.workload.name ?? jobId.slice(0, 8);
  const group = job?.workload.group ?? "";
  const trail = useMemo(
    () => [
      { label: "Jobs", page: jobsPage(workspace) },
      ...(group === "" ? [] : [{ label: group, page: jobsPage(workspace, { group }) }]),
      { label: name },
    ],
    [workspace, group, name],
  );
  usePage(trail);
  if (job === undefined && error) {
    const missing = error instanceof ApiError && error.status === 404;
    return (
      <ErrorMessage
        title={missing ? "There is no such job" : "The job could not be loaded"}
        error={error}
        {...(missing ? {} : { onRetry: () => void refetch() })}
      />
    );
  }
  if (job === undefined) return <div className={classes.page} role="status" aria-label="Loading the job" />;
  return <LoadedJob key={jobId} job={job} />;
}

function LoadedJob({ job }: { job: JobDetails }) {
  const workspace = useWorkspace();
  const [query] = useQueryState();
  const { id, state } = job.workload;
  const failed = state === "failed";
  const offered = TABS.filter((tab) => tab.id !== "why" || failed);
  // What waits has said nothing yet.
  const first: JobTab = failed ? "why" : state === "queued" ? "spec" : "log";
  const tab =
    offered.find((one) => one.id === query.tab)?.id ?? (window.location.hash === "" ? first : "log");
  const { attempt, rank } = chosenProcess(job, query);
  const pages = offered.map((one) => {
    const { tab: _, q: __, ...rest } = query;
    return { ...one, page: jobPage(workspace, id, { ...rest, tab: one.id }) };
  });
  return (
    <div className={classes.page} data-tab={tab}>
      <JobHeader job={job} />
      {state === "queued" && <Waits job={job} />}
      <PageTabs label="Parts of the job" tabs={pages} current={tab} />
      <div className={classes.content} role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        <Suspense fallback={<div role="status" aria-label="Loading" />}>
          {tab === "why" && <WhyTab job={job} />}
          {tab === "log" && <LogTab job={job} attempt={attempt} rank={rank} />}
          {tab === "use" && <UseTab job={job} attempt={attempt} rank={rank} />}
          {tab === "history" && <HistoryTab job={job} />}
          {tab === "spec" && <SpecTab job={job} />}
        </Suspense>
      </div>
    </div>
  );
}
