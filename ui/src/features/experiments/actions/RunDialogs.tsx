import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { runSearchQuery } from "@/api/runs";
import { TextDialog } from "@/lib/lazyDialogs";
import { useWorkspace } from "@/lib/workspace";
import type { RunActions } from "./useRunActions";

const TagsDialog = lazy(async () => ({ default: (await import("./TagsDialog")).TagsDialog }));

interface RunDialogsProps {
  dialog: "rename" | "tags" | null;
  runIds: readonly string[];
  actions: RunActions;
  onClose: () => void;
}

/** The dialogs of the selected runs. */
export function RunDialogs({ dialog, runIds, actions, onClose }: RunDialogsProps) {
  const workspace = useWorkspace();
  const only = runIds.length === 1 ? runIds[0] : undefined;
  const search = {
    experiment_ids: [],
    filter: `attributes.run_id = '${only ?? ""}'`,
    view: "all" as const,
    order_by: [],
  };
  const answer = useQuery({
    ...runSearchQuery(workspace, search, 0, 1),
    enabled: dialog !== null && only !== undefined,
  });
  const run = answer.data?.runs[0] ?? null;

  if (dialog === "tags") {
    return (
      <Suspense>
        <TagsDialog
          runIds={runIds}
          run={only === undefined ? null : run}
          actions={actions}
          onClose={onClose}
        />
      </Suspense>
    );
  }
  if (dialog === "rename" && run !== null) {
    return (
      <TextDialog
        title="Rename run"
        label="Name"
        action="Rename"
        initial={run.name}
        onSubmit={(name) => actions.rename(run.run_id, name)}
        onClose={onClose}
      />
    );
  }
  return null;
}
