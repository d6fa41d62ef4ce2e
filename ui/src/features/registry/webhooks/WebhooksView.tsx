import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { keys } from "@/api/keys";
import { deleteWebhook, type Webhook, webhooksQuery } from "@/api/registry/webhooks";
import { FirstSteps } from "@/lib/FirstSteps";
import { ListHead } from "@/lib/ListHead";
import { ConfirmDialog } from "@/lib/lazyDialogs";
import { ErrorMessage } from "@/lib/Message";
import { useShortcuts } from "@/lib/shortcuts";
import { toastDone } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";
import { WebhookPanel } from "./WebhookPanel";
import classes from "./Webhooks.module.css";

const NewWebhookDialog = lazy(async () => ({
  default: (await import("./NewWebhookDialog")).NewWebhookDialog,
}));

/** Who is told of changes in the registry, and whether the telling went well. */
export default function WebhooksView() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const { data: webhooks, error, refetch } = useQuery(webhooksQuery(workspace));
  const [asking, setAsking] = useState<"new" | Webhook | null>(null);
  useShortcuts("Webhooks", [{ keys: "n", label: "New webhook", run: () => setAsking("new") }]);
  const close = () => setAsking(null);
  return (
    <>
      <ListHead title="Webhooks" total={webhooks?.length}>
        <span className={classes.gap} />
        <Button size="xs" leftSection={<Plus size={14} />} onClick={() => setAsking("new")} title="N">
          New webhook
        </Button>
      </ListHead>
      {webhooks === undefined && error !== null && (
        <ErrorMessage title="Webhooks cannot be shown" error={error} onRetry={() => void refetch()} />
      )}
      {webhooks?.length === 0 && (
        <FirstSteps id="no-webhooks" title="Tell others of changes">
          <p>
            A webhook is an address that is told, with a signed request, of new versions, moved aliases and
            stages: CI that checks a version, a chat, a deployment. What cannot be delivered is sent again
            until it can, and shown here.
          </p>
          <Button size="xs" mt="sm" onClick={() => setAsking("new")}>
            New webhook
          </Button>
        </FirstSteps>
      )}
      <div className={classes.list}>
        {webhooks?.map((webhook) => (
          <WebhookPanel key={webhook.id} webhook={webhook} onDelete={() => setAsking(webhook)} />
        ))}
      </div>
      {asking === "new" && (
        <Suspense>
          <NewWebhookDialog onClose={close} />
        </Suspense>
      )}
      {asking !== null && asking !== "new" && (
        <ConfirmDialog
          title={`Delete ${asking.name}?`}
          action="Delete the webhook"
          tone="bad"
          onConfirm={async () => {
            await deleteWebhook(workspace, asking.id);
            await client.invalidateQueries({ queryKey: keys.webhooks(workspace), exact: true });
            toastDone(`${asking.name} deleted`);
          }}
          onClose={close}
        >
          Nothing more is sent to {asking.url}, and what it was told is forgotten.
        </ConfirmDialog>
      )}
    </>
  );
}
