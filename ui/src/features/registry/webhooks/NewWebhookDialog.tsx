import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "@/api/keys";
import { createWebhook } from "@/api/registry/webhooks";
import { FormDialog } from "@/lib/FormDialog";
import { toastDone } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";
import { EVENT_GROUPS, USUAL_EVENTS } from "../logic/webhookEvents";
import classes from "./Webhooks.module.css";

/** Asks who is to be told, and of what. */
export function NewWebhookDialog({ onClose }: { onClose: () => void }) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [secret, setSecret] = useState("");
  const [events, setEvents] = useState<readonly string[]>(USUAL_EVENTS);
  const toggle = (event: string, on: boolean) =>
    setEvents(on ? [...events, event] : events.filter((each) => each !== event));
  const submit = async () => {
    await createWebhook(workspace, { name: name.trim(), url: url.trim(), events, secret });
    await client.invalidateQueries({ queryKey: keys.webhooks(workspace), exact: true });
    toastDone(`${name.trim()} is told from now on`);
  };
  return (
    <FormDialog
      title="New webhook"
      action="Create"
      size={560}
      incomplete={name.trim() === "" || url.trim() === "" || events.length === 0}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        size="xs"
        label="Name"
        value={name}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        label="Address"
        placeholder="https://"
        value={url}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        type="password"
        label="Secret"
        description="Signs what is sent, so that the other side knows it is from here; may be left empty"
        value={secret}
        autoComplete="new-password"
        onChange={(event) => setSecret(event.currentTarget.value)}
      />
      <div className={classes.groups}>
        {EVENT_GROUPS.map((group) => (
          <fieldset key={group.title}>
            <legend>{group.title}</legend>
            {group.events.map(([event, words]) => (
              <label key={event} title={event}>
                <input
                  type="checkbox"
                  checked={events.includes(event)}
                  onChange={(change) => toggle(event, change.currentTarget.checked)}
                />
                {words}
              </label>
            ))}
          </fieldset>
        ))}
      </div>
    </FormDialog>
  );
}
