import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { ApiError } from "@/api/errors";
import { modelDetailQuery } from "@/api/registry";
import type { ModelDetail } from "@/api/registry/types";
import { ConfirmDialog, TextDialog } from "@/lib/lazyDialogs";
import { ErrorMessage } from "@/lib/Message";
import { plural } from "@/lib/numbers";
import { useGo } from "@/lib/PageLink";
import { registeredModelPage, registryPage } from "@/lib/paths";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import { ModelHeader } from "./model/ModelHeader";
import { ModelOverview } from "./model/ModelOverview";
import { usePlaceActions } from "./usePlaceActions";

const RuleDialog = lazy(async () => ({ default: (await import("./model/RuleDialog")).RuleDialog }));
const PromptView = lazy(() => import("./prompt/PromptView"));

/** One registered model, or one prompt: its versions, and what is known of all of them. */
export function RegisteredModelPage() {
  const { name = "" } = useParams({ strict: false }) as Record<string, string>;
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(modelDetailQuery(workspace, name));
  const isPrompt = data?.model.kind === "prompt";
  const trail = useMemo(
    () => [
      { label: "Models", page: registryPage(workspace) },
      ...(isPrompt ? [{ label: "Prompts", page: registryPage(workspace, { kind: "prompt" }) }] : []),
      { label: name },
    ],
    [workspace, name, isPrompt],
  );
  usePage(trail);
  if (data === undefined && error !== null) {
    const missing = error instanceof ApiError && error.status === 404;
    return (
      <ErrorMessage
        heading="h1"
        title={missing ? "There is no such model" : "The model cannot be shown"}
        error={error}
        {...(missing ? {} : { onRetry: () => void refetch() })}
      />
    );
  }
  if (data === undefined) return <div role="status" aria-label="Loading the model" />;
  return <LoadedModel key={name} detail={data} />;
}

function LoadedModel({ detail }: { detail: ModelDetail }) {
  const { model, card, rule } = detail;
  const { name, kind } = model;
  const workspace = useWorkspace();
  const go = useGo();
  const [asking, setAsking] = useState<"rule" | "rename" | "delete" | null>(null);
  const standing = useMemo(
    () => ({ card, description: model.description, tags: model.tags }),
    [card, model.description, model.tags],
  );
  const actions = usePlaceActions({ name }, standing);
  const close = () => setAsking(null);
  const isPrompt = kind === "prompt";
  return (
    <>
      <ModelHeader
        model={model}
        onRename={() => setAsking("rename")}
        onRule={() => setAsking("rule")}
        onDelete={() => setAsking("delete")}
      />
      {isPrompt ? (
        <Suspense fallback={<div role="status" aria-label="Loading the prompt" />}>
          <PromptView detail={detail} actions={actions} />
        </Suspense>
      ) : (
        <ModelOverview detail={detail} actions={actions} onRule={() => setAsking("rule")} />
      )}
      {asking === "rule" && (
        <Suspense>
          <RuleDialog model={model} kept={rule} onClose={close} />
        </Suspense>
      )}
      {asking === "rename" && (
        <TextDialog
          title={`Rename ${name}`}
          label="Name"
          action="Rename"
          initial={name}
          onSubmit={async (next) => {
            await actions.rename(next);
            go(registeredModelPage(workspace, next));
          }}
          onClose={close}
        />
      )}
      {asking === "delete" && (
        <ConfirmDialog
          title={`Delete ${name}?`}
          action={`Delete the ${kind}`}
          tone="bad"
          onConfirm={async () => {
            await actions.remove();
            go(registryPage(workspace, isPrompt ? { kind: "prompt" } : {}));
          }}
          onClose={close}
        >
          <p>
            The {kind} and its {plural(model.version_count, "version")} are gone for good
            {Object.keys(model.aliases).length > 0 && `, with ${Object.keys(model.aliases).join(", ")}`}:
            programs that load it by name fail. {!isPrompt && "Runs, logged models and their files stay."}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
