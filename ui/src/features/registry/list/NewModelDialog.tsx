import { Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "@/api/keys";
import { createModel } from "@/api/registry/changes";
import { FormDialog } from "@/lib/FormDialog";
import { useGo } from "@/lib/PageLink";
import { registeredModelPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";

/** Asks what a new model is to be called; versions come from runs. */
export function NewModelDialog({ onClose }: { onClose: () => void }) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const go = useGo();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const wanted = name.trim();
  const submit = async () => {
    await createModel(workspace, wanted, description.trim());
    await client.invalidateQueries({ queryKey: keys.registry(workspace) });
    go(registeredModelPage(workspace, wanted));
  };
  return (
    <FormDialog
      title="New model"
      action="Create"
      incomplete={wanted === ""}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        size="xs"
        label="Name"
        description="Part of the address that programs load it by: no “/” and no “:”"
        value={name}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Textarea
        size="xs"
        label="Description"
        rows={3}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
