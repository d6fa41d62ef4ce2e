import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { pipelinesQuery } from "@/api/pipelines/catalog";
import { FilterBox, matchesFilter } from "@/lib/FilterBox";
import { ErrorMessage, Message } from "@/lib/Message";
import { formatCount } from "@/lib/numbers";
import { useGo } from "@/lib/PageLink";
import { catalogPage, pipelinesPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { useShortcuts } from "@/lib/shortcuts";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import classes from "./CatalogPage.module.css";
import { NoPipelines } from "./catalog/NoPipelines";
import { PipelineDetail } from "./catalog/PipelineDetail";
import { PipelineList } from "./catalog/PipelineList";
import { PipelineViews } from "./PipelineViews";

const UploadDialog = lazy(async () => ({ default: (await import("./catalog/UploadDialog")).UploadDialog }));

/** What was uploaded: pipelines, their versions, and a run of any of them. */
export function CatalogPage() {
  const workspace = useWorkspace();
  const go = useGo();
  const [query] = useQueryState();
  const { data: pipelines, error, refetch } = useQuery(pipelinesQuery(workspace));
  const [filter, setFilter] = useState("");
  const [uploading, setUploading] = useState(false);
  usePage([{ label: "Pipelines", page: pipelinesPage(workspace) }, { label: "What can be run" }]);
  useShortcuts("Pipelines", [{ keys: "u", label: "Upload a pipeline", run: () => setUploading(true) }]);
  const shown = pipelines?.filter((one) =>
    matchesFilter(`${one.display_name} ${one.description ?? ""}`, filter),
  );
  // A desk has room for one beside the list, a phone only for that which was asked for.
  const named = pipelines?.find((one) => one.pipeline_id === query.pipeline);
  const chosen = named ?? (query.pipeline === undefined ? shown?.[0] : undefined);
  return (
    <div className={classes.page}>
      <PipelineViews current="catalog" />
      <div
        className={classes.panel}
        role="tabpanel"
        id="panel-catalog"
        aria-labelledby="tab-catalog"
        data-chosen={query.pipeline !== undefined || undefined}
      >
        <div className={classes.tools}>
          <h1>
            Pipelines{" "}
            <span className="tm-number">{pipelines === undefined ? "" : formatCount(pipelines.length)}</span>
          </h1>
          <FilterBox value={filter} onChange={setFilter} what="pipelines" />
          <Button size="xs" leftSection={<Upload size={14} />} onClick={() => setUploading(true)} title="U">
            Upload
          </Button>
        </div>
        {pipelines === undefined ? (
          error !== null && (
            <ErrorMessage title="Pipelines cannot be shown" error={error} onRetry={() => void refetch()} />
          )
        ) : pipelines.length === 0 ? (
          <NoPipelines onUpload={() => setUploading(true)} />
        ) : (
          <div className={classes.parts}>
            <PipelineList pipelines={shown ?? []} chosen={chosen?.pipeline_id ?? ""} />
            <div className={classes.detail}>
              {chosen === undefined ? (
                <Message title={filter === "" ? "There is no such pipeline" : "No pipeline matches"} />
              ) : (
                <PipelineDetail key={chosen.pipeline_id} pipeline={chosen} version={query.version} />
              )}
            </div>
          </div>
        )}
      </div>
      {uploading && (
        <Suspense>
          <UploadDialog
            onDone={(pipelineId) => go(catalogPage(workspace, pipelineId))}
            onClose={() => setUploading(false)}
          />
        </Suspense>
      )}
    </div>
  );
}
