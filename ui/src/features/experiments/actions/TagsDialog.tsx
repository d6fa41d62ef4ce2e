import { Button, Group, Modal, TextInput } from "@mantine/core";
import { X } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { RunRow } from "@/api/types";
import { plural } from "@/lib/numbers";
import { toastError } from "@/lib/toast";
import classes from "./TagsDialog.module.css";
import type { RunActions } from "./useRunActions";

interface TagsDialogProps {
  runIds: readonly string[];
  /** The run itself when there is only one: its tags can be taken away here. */
  run: RunRow | null;
  actions: RunActions;
  onClose: () => void;
}

/** Tags that MLflow keeps for itself are of no interest here. */
const OWN_PREFIX = "mlflow.";

/** Sets a tag on runs; of a single run, shows the tags it has. */
export function TagsDialog({ runIds, run, actions, onClose }: TagsDialogProps) {
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const [busy, setBusy] = useState(false);
  const tags = Object.entries(run?.tags ?? {}).filter(([name]) => !name.startsWith(OWN_PREFIX));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    await actions.setTag(runIds, key.trim(), value);
    setBusy(false);
    if (run === null) onClose();
    setKey("");
    setValue("");
  };
  const takeAway = (name: string) =>
    void actions
      .deleteTag(run?.run_id ?? "", name)
      .catch((error: unknown) => toastError("Tag not removed", error));

  return (
    <Modal
      opened
      onClose={onClose}
      title={`Tags of ${run?.name ?? plural(runIds.length, "run")}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {tags.length > 0 && (
        <ul className={classes.tags}>
          {tags.map(([name, text]) => (
            <li key={name}>
              <span>
                <b>{name}</b> {text}
              </span>
              <button type="button" onClick={() => takeAway(name)} aria-label={`Remove tag ${name}`}>
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={submit}>
        <Group grow gap="xs">
          <TextInput
            data-autofocus
            label="Name"
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          <TextInput label="Value" value={value} onChange={(event) => setValue(event.currentTarget.value)} />
        </Group>
        <Group justify="flex-end" mt="md">
          <Button type="submit" size="xs" loading={busy} disabled={key.trim() === ""}>
            Set tag
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
