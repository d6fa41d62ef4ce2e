import { Button, Group, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { errorHint, errorMessage } from "@/api/errors";

interface TextDialogProps {
  title: string;
  label: string;
  action: string;
  initial?: string;
  /** Throws what the server said; the dialog stays open and shows it. */
  onSubmit: (text: string) => Promise<void>;
  onClose: () => void;
}

/** Asks for one line of text, such as a name. Mounted only while it asks. */
export function TextDialog({ title, label, action, initial = "", onSubmit, onClose }: TextDialogProps) {
  const [text, setText] = useState(initial);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wanted = text.trim();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await onSubmit(wanted);
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} size="sm" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit}>
        <TextInput
          data-autofocus
          label={label}
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setText(event.currentTarget.value)}
          onFocus={(event) => event.currentTarget.select()}
          error={error === null ? undefined : `${errorMessage(error)} ${errorHint(error) ?? ""}`}
        />
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" size="xs" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" size="xs" loading={busy} disabled={wanted === "" || wanted === initial}>
            {action}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
