import { Button, Menu } from "@mantine/core";
import { Archive, ArchiveRestore, Ellipsis, Link, OctagonX, Play, RotateCcw, Trash2 } from "lucide-react";
import { lazy, Suspense, useCallback, useState } from "react";
import type { RunVerb } from "@/api/pipelines/runs";
import type { PipelineRun } from "@/api/pipelines/types";
import { copyText } from "@/lib/copy";
import { ConfirmDialog } from "@/lib/lazyDialogs";
import { useGo } from "@/lib/PageLink";
import { pipelinesPage } from "@/lib/paths";
import { useShortcuts } from "@/lib/shortcuts";
import { toastError } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";
import { canRetry, isLive } from "../logic/states";
import { usePipelineActions } from "../usePipelineActions";

const AgainDialog = lazy(() => import("./AgainDialog"));

/** Stop, go on where it broke, put aside, delete. */
export function RunButtons({ run }: { run: PipelineRun }) {
  const workspace = useWorkspace();
  const go = useGo();
  const actions = usePipelineActions();
  const [asking, setAsking] = useState<"stop" | "delete" | "again" | null>(null);
  const [busy, setBusy] = useState(false);
  const close = useCallback(() => setAsking(null), []);
  const live = isLive(run.state);

  const act = async (verb: RunVerb, failure: string) => {
    setBusy(true);
    try {
      await actions.change(run.id, verb);
    } catch (error) {
      toastError(failure, error);
    }
    setBusy(false);
  };
  const retry = () => act("retry", "The run was not tried again");
  useShortcuts("Pipeline run", [
    ...(live ? [{ keys: "s", label: "Stop the run", run: () => setAsking("stop") }] : []),
    ...(canRetry(run.state) ? [{ keys: "r", label: "Retry the run", run: () => void retry() }] : []),
    { keys: "n", label: "Run again with parameters", run: () => setAsking("again") },
  ]);
  return (
    <>
      {live && (
        <Button
          variant="default"
          size="xs"
          leftSection={<OctagonX size={14} />}
          disabled={run.state === "CANCELING"}
          onClick={() => setAsking("stop")}
        >
          {run.state === "CANCELING" ? "Stopping" : "Stop"}
        </Button>
      )}
      {canRetry(run.state) && (
        <Button
          size="xs"
          leftSection={<RotateCcw size={14} />}
          loading={busy}
          title="What succeeded stays; the rest begins again"
          onClick={() => void retry()}
        >
          Retry
        </Button>
      )}
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button variant="default" size="xs" px={8} aria-label="More for this run">
            <Ellipsis size={16} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<Link size={15} />}
            onClick={() => void copyText(window.location.href, "Link")}
          >
            Copy link to this view
          </Menu.Item>
          <Menu.Item leftSection={<Play size={15} />} onClick={() => setAsking("again")}>
            Run again with parameters
          </Menu.Item>
          {run.archived ? (
            <Menu.Item
              leftSection={<ArchiveRestore size={15} />}
              onClick={() => void act("unarchive", "The run was not taken out of the archive")}
            >
              Take out of the archive
            </Menu.Item>
          ) : (
            <Menu.Item
              leftSection={<Archive size={15} />}
              onClick={() => void act("archive", "The run was not archived")}
            >
              Archive
            </Menu.Item>
          )}
          <Menu.Item
            color="var(--tm-bad)"
            leftSection={<Trash2 size={15} />}
            onClick={() => setAsking("delete")}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === "stop" && (
        <ConfirmDialog
          title={`Stop ${run.name}?`}
          action="Stop the run"
          tone="bad"
          onConfirm={() => actions.change(run.id, "terminate")}
          onClose={() => setAsking(null)}
        >
          What runs is asked to end, and nothing more is begun but exit tasks. A retry goes on from what had
          succeeded by then.
        </ConfirmDialog>
      )}
      {asking === "again" && (
        <Suspense>
          <AgainDialog run={run} onClose={close} />
        </Suspense>
      )}
      {asking === "delete" && (
        <ConfirmDialog
          title={`Delete ${run.name}?`}
          action="Delete the run"
          tone="bad"
          onConfirm={async () => {
            await actions.removeRun(run.id);
            go(pipelinesPage(workspace));
          }}
          onClose={() => setAsking(null)}
        >
          The run, its tasks and the record of what they made are gone for good
          {live && ", and what still runs is stopped"}.
        </ConfirmDialog>
      )}
    </>
  );
}
