import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Ellipsis, Play, Trash2, Upload } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { pipelineVersionsQuery } from "@/api/pipelines/catalog";
import type { Pipeline, PipelineVersion } from "@/api/pipelines/types";
import { ConfirmDialog } from "@/lib/lazyDialogs";
import { ErrorMessage } from "@/lib/Message";
import { formatCount, plural } from "@/lib/numbers";
import { PageLink, useGo } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { catalogPage, newSchedulePage, pipelinesPage } from "@/lib/paths";
import { useShortcuts } from "@/lib/shortcuts";
import { useWorkspace } from "@/lib/workspace";
import { usePipelineActions } from "../usePipelineActions";
import classes from "./PipelineDetail.module.css";
import { VersionInputs } from "./VersionInputs";
import { VersionList } from "./VersionList";

const RunDialog = lazy(async () => ({ default: (await import("./RunDialog")).RunDialog }));
const UploadDialog = lazy(async () => ({ default: (await import("./UploadDialog")).UploadDialog }));

interface PipelineDetailProps {
  pipeline: Pipeline;
  /** The id of the version that is looked at; without it the latest. */
  version: string | undefined;
}

type Asking = { what: "run" | "upload" | "delete" } | { what: "delete-version"; version: PipelineVersion };

/** One pipeline: its versions, what the chosen one asks for, and what can be done. */
export function PipelineDetail({ pipeline, version }: PipelineDetailProps) {
  const workspace = useWorkspace();
  const go = useGo();
  const actions = usePipelineActions();
  const { pipeline_id: id, display_name: name, description } = pipeline;
  const { data: versions, error, refetch } = useQuery(pipelineVersionsQuery(workspace, id));
  const [asking, setAsking] = useState<Asking | null>(null);
  const chosen = versions?.find((one) => one.pipeline_version_id === version) ?? versions?.[0];
  const close = () => setAsking(null);
  useShortcuts(
    "Pipeline",
    chosen === undefined ? [] : [{ keys: "r", label: "Run it", run: () => setAsking({ what: "run" }) }],
  );
  return (
    <section className={classes.pipeline} aria-label={`Pipeline ${name}`}>
      <PageLink page={catalogPage(workspace)} className={classes.back}>
        All pipelines
      </PageLink>
      <header className={classes.head}>
        <h2 title={name}>{name}</h2>
        <Button
          size="xs"
          leftSection={<Play size={13} />}
          disabled={chosen === undefined}
          onClick={() => setAsking({ what: "run" })}
          title="R"
        >
          Run
        </Button>
        <Menu position="bottom-end" width={220}>
          <Menu.Target>
            <Button variant="default" size="xs" px={8} aria-label="More for this pipeline">
              <Ellipsis size={16} aria-hidden />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Upload size={15} />} onClick={() => setAsking({ what: "upload" })}>
              Upload a version
            </Menu.Item>
            <Menu.Item
              color="var(--tm-bad)"
              leftSection={<Trash2 size={15} />}
              onClick={() => setAsking({ what: "delete" })}
            >
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      {description !== undefined && <p className={classes.description}>{description}</p>}
      <p className={classes.links}>
        <PageLink page={pipelinesPage(workspace, { pipeline: id })}>Its runs</PageLink>
        {" · "}
        <PageLink page={newSchedulePage(workspace, id)}>Schedule it</PageLink>
      </p>
      {error !== null && versions === undefined && (
        <ErrorMessage title="Its versions cannot be shown" error={error} onRetry={() => void refetch()} />
      )}
      {versions !== undefined && (
        <Panel title="Versions" count={formatCount(versions.length)} flush>
          <VersionList
            versions={versions}
            chosen={chosen?.pipeline_version_id ?? ""}
            onDelete={(one) => setAsking({ what: "delete-version", version: one })}
          />
        </Panel>
      )}
      {chosen !== undefined && <VersionInputs version={chosen} />}
      <Suspense>
        {asking?.what === "run" && chosen !== undefined && (
          <RunDialog pipeline={pipeline} version={chosen} onClose={close} />
        )}
        {asking?.what === "upload" && (
          <UploadDialog
            pipeline={pipeline}
            onDone={(pipelineId) => go(catalogPage(workspace, pipelineId))}
            onClose={close}
          />
        )}
      </Suspense>
      {asking?.what === "delete" && (
        <ConfirmDialog
          title={`Delete ${name}?`}
          action="Delete the pipeline"
          tone="bad"
          onConfirm={async () => {
            await actions.removePipeline(id);
            go(catalogPage(workspace));
          }}
          onClose={close}
        >
          The pipeline and {plural(versions?.length ?? 0, "version")} of it are gone for good. Its runs stay.
        </ConfirmDialog>
      )}
      {asking?.what === "delete-version" && (
        <ConfirmDialog
          title={`Delete the version ${asking.version.display_name}?`}
          action="Delete the version"
          tone="bad"
          onConfirm={async () => {
            await actions.removeVersion(id, asking.version.pipeline_version_id);
            go(catalogPage(workspace, id));
          }}
          onClose={close}
        >
          It is gone for good. Runs of it stay.
        </ConfirmDialog>
      )}
    </section>
  );
}
