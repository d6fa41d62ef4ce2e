import { Button, Group, Modal } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { errorHint, errorMessage } from "@/api/errors";

interface ConfirmDialogProps {
  title: string;
  /** What will happen, so that one knows what one agrees to. */
  children: ReactNode;
  /** The verb on the button: "Stop 3 jobs". */
  action: string;
  tone?: "calm" | "bad";
  /** Throws what the server said; the dialog stays open and shows it. */
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is done that cannot be taken back. Mounted only while it asks. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, action, tone = "calm", onConfirm, onClose } = props;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} size="sm" closeButtonProps={{ "aria-label": "Close" }}>
      {children}
      {error !== null && (
        <p role="alert" style={{ color: "var(--tm-bad)" }}>
          {errorMessage(error)} {errorHint(error)}
        </p>
      )}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" size="xs" onClick={onClose}>
          Cancel
        </Button>
        <Button
          data-autofocus
          size="xs"
          loading={busy}
          onClick={() => void confirm()}
          {...(tone === "bad" ? { color: "var(--tm-bad)", c: "var(--tm-surface)" } : {})}
        >
          {action}
        </Button>
      </Group>
    </Modal>
  );
}
