import { Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "@/api/keys";
import { createPrompt, createPromptVersion } from "@/api/registry/changes";
import { FormDialog } from "@/lib/FormDialog";
import { useGo } from "@/lib/PageLink";
import { registeredModelPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";

interface NewPromptDialogProps {
  /** The prompt that gets another version; without it, it is a new prompt. */
  prompt?: { name: string; text: string };
  onClose: () => void;
}

/** Asks for the text of a prompt, and what it is called. */
export function NewPromptDialog({ prompt, onClose }: NewPromptDialogProps) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const go = useGo();
  const [name, setName] = useState(prompt?.name ?? "");
  const [text, setText] = useState(prompt?.text ?? "");
  const [note, setNote] = useState("");
  // A prompt whose first version was refused is there already when one tries again.
  const [made, setMade] = useState(prompt !== undefined);
  const wanted = name.trim();
  const submit = async () => {
    if (!made) await createPrompt(workspace, wanted);
    setMade(true);
    const version = await createPromptVersion(workspace, wanted, text, note.trim());
    await client.invalidateQueries({ queryKey: keys.registry(workspace) });
    go(registeredModelPage(workspace, wanted, { version: String(version) }));
  };
  return (
    <FormDialog
      title={prompt === undefined ? "New prompt" : `New version of ${prompt.name}`}
      action="Save"
      size={620}
      incomplete={wanted === "" || text.trim() === "" || text === prompt?.text}
      onSubmit={submit}
      onClose={onClose}
    >
      {prompt === undefined && (
        <TextInput
          data-autofocus
          size="xs"
          label="Name"
          value={name}
          disabled={made}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <Textarea
        {...(prompt === undefined ? {} : { "data-autofocus": true })}
        size="xs"
        label="Text"
        description="Places to fill in are written as {{name}}"
        rows={10}
        value={text}
        styles={{ input: { fontFamily: "var(--tm-mono)" } }}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        label="What changed"
        value={note}
        autoComplete="off"
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
