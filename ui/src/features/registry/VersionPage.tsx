import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { ApiError } from "@/api/errors";
import { versionQuery } from "@/api/registry";
import type { VersionDetail } from "@/api/registry/types";
import { ConfirmDialog } from "@/lib/lazyDialogs";
import { ErrorMessage } from "@/lib/Message";
import { useGo } from "@/lib/PageLink";
import { PageTabs } from "@/lib/PageTabs";
import { registeredModelPage, registryPage, versionComparePage, versionPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { useShortcuts } from "@/lib/shortcuts";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import { LineageStrip } from "./lineage/LineageStrip";
import { usePlaceActions } from "./usePlaceActions";
import classes from "./version/Version.module.css";
import { VersionHeader } from "./version/VersionHeader";
import { VersionOverview } from "./version/VersionOverview";

const FilesTab = lazy(() => import("./version/FilesTab"));
const PromoteDialog = lazy(async () => ({
  default: (await import("./version/PromoteDialog")).PromoteDialog,
}));

/** One version of a model: where it comes from, what it is, how it stands. */
export function VersionPage() {
  const { name = "", version = "" } = useParams({ strict: false }) as Record<string, string>;
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(versionQuery(workspace, name, Number(version)));
  const trail = useMemo(
    () => [
      { label: "Models", page: registryPage(workspace) },
      { label: name, page: registeredModelPage(workspace, name) },
      { label: `v${version}` },
    ],
    [workspace, name, version],
  );
  usePage(trail);
  if (data === undefined && error !== null) {
    const missing = error instanceof ApiError && error.status === 404;
    return (
      <ErrorMessage
        heading="h1"
        title={missing ? "There is no such version" : "The version cannot be shown"}
        error={error}
        {...(missing ? {} : { onRetry: () => void refetch() })}
      />
    );
  }
  if (data === undefined) return <div role="status" aria-label="Loading the version" />;
  return <LoadedVersion key={`${name}/${version}`} detail={data} />;
}

function LoadedVersion({ detail }: { detail: VersionDetail }) {
  const { name, version } = detail.version;
  const workspace = useWorkspace();
  const go = useGo();
  const [query] = useQueryState();
  const isPrompt = detail.model.kind === "prompt";
  const tab = query.tab === "files" && !isPrompt ? "files" : "overview";
  const [asking, setAsking] = useState<"promote" | "delete" | null>(null);
  const standing = useMemo(
    () => ({ card: detail.card, description: detail.version.description, tags: detail.version.tags }),
    [detail],
  );
  const actions = usePlaceActions({ name, version }, standing);
  useShortcuts("Version", [
    { keys: "p", label: "Promote it", run: () => setAsking("promote") },
    ...(version > 1
      ? [
          {
            keys: "c",
            label: "Compare with the version before",
            run: () => go(versionComparePage(workspace, name, version - 1, version)),
          },
        ]
      : []),
  ]);
  const close = () => setAsking(null);
  return (
    <div className={classes.page}>
      <VersionHeader
        detail={detail}
        onPromote={() => setAsking("promote")}
        onDelete={() => setAsking("delete")}
      />
      {!isPrompt && <LineageStrip graph={detail.lineage} run={detail.run} />}
      <PageTabs
        label="Parts of the version"
        current={tab}
        tabs={[
          { id: "overview", label: "Overview", page: versionPage(workspace, name, version) },
          ...(isPrompt
            ? []
            : [
                {
                  id: "files" as const,
                  label: "Files",
                  page: versionPage(workspace, name, version, { tab: "files" }),
                },
              ]),
        ]}
      />
      <div
        className={classes.content}
        role="tabpanel"
        id={`panel-${tab}`}
        aria-labelledby={`tab-${tab}`}
        data-tab={tab}
      >
        {tab === "overview" ? (
          <VersionOverview detail={detail} actions={actions} onPromote={() => setAsking("promote")} />
        ) : (
          <Suspense fallback={<div role="status" aria-label="Loading the files" />}>
            <FilesTab detail={detail} />
          </Suspense>
        )}
      </div>
      {asking === "promote" && (
        <Suspense>
          <PromoteDialog detail={detail} onClose={close} />
        </Suspense>
      )}
      {asking === "delete" && (
        <ConfirmDialog
          title={`Delete version ${version} of ${name}?`}
          action="Delete the version"
          tone="bad"
          onConfirm={async () => {
            await actions.remove();
            go(registeredModelPage(workspace, name));
          }}
          onClose={close}
        >
          <DeletionWords detail={detail} />
        </ConfirmDialog>
      )}
    </div>
  );
}

/** What a deletion takes away, and who would miss it. */
function DeletionWords({ detail: { version, used_by } }: { detail: VersionDetail }) {
  return (
    <>
      <p>
        It is gone for good{version.aliases.length > 0 && `, with ${version.aliases.join(", ")}`}, and its
        number is not given again. Its run, its files and what is known of its lineage stay.
      </p>
      {used_by.length > 0 && <p>It is in use: {used_by.join(", ")}. The server will not delete it.</p>}
    </>
  );
}
