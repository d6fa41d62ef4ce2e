import { useQueryClient } from "@tanstack/react-query";
import { Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { keys } from "@/api/keys";
import { switchWebhook, tryWebhook, type Webhook, type WebhookTrial } from "@/api/registry/webhooks";
import { CopyButton } from "@/lib/CopyButton";
import { OnOff } from "@/lib/OnOff";
import { Panel } from "@/lib/Panel";
import { SmallButton } from "@/lib/SmallButton";
import { toastError } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";
import { Deliveries } from "./Deliveries";
import classes from "./Webhooks.module.css";

/** One webhook: where it leads, of what it is told, and how that went. */
export function WebhookPanel({ webhook, onDelete }: { webhook: Webhook; onDelete: () => void }) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const [trial, setTrial] = useState<WebhookTrial | null>(null);
  const [trying, setTrying] = useState(false);
  const [open, setOpen] = useState(false);
  const turn = async (on: boolean) => {
    try {
      await switchWebhook(workspace, webhook.id, on);
    } catch (error) {
      toastError(`${webhook.name} was not switched`, error);
    }
    await client.invalidateQueries({ queryKey: keys.webhooks(workspace), exact: true });
  };
  const attempt = async () => {
    setTrying(true);
    setTrial(null);
    try {
      setTrial(await tryWebhook(workspace, webhook.id));
    } catch (error) {
      toastError("The example was not sent", error);
    }
    setTrying(false);
  };
  const tools = (
    <>
      <OnOff
        on={webhook.status === "ACTIVE"}
        label={`${webhook.name} is told`}
        onChange={(on) => void turn(on)}
      />
      <SmallButton onClick={() => void attempt()} disabled={trying} title="Send an example">
        <Send size={12} aria-hidden /> {trying ? "Sending" : "Try"}
      </SmallButton>
      <button
        type="button"
        className={classes.delete}
        aria-label={`Delete ${webhook.name}`}
        title="Delete"
        onClick={onDelete}
      >
        <Trash2 size={14} />
      </button>
    </>
  );
  return (
    <Panel title={webhook.name} tools={tools}>
      <p className={classes.url}>
        <code title={webhook.url}>{webhook.url}</code>
        <CopyButton text={webhook.url} what="Address" />
        <span>{webhook.has_secret ? "signed" : "not signed"}</span>
      </p>
      <ul className={classes.events} aria-label={`Events of ${webhook.name}`}>
        {webhook.events.map((event) => (
          <li key={event}>{event}</li>
        ))}
      </ul>
      {trial !== null && (
        <p className={classes.trial} data-ok={trial.success} role="status">
          {trial.success
            ? `It answered ${trial.status}.`
            : trial.status === null
              ? `Nobody answered: ${trial.error}`
              : `It answered ${trial.status}: ${trial.body ?? ""}`}
        </p>
      )}
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)} className={classes.fold}>
        <summary>What it was told</summary>
        {open && <Deliveries webhookId={webhook.id} />}
      </details>
    </Panel>
  );
}
