import { Button, Group, Modal } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { errorHint, errorMessage } from "@/api/errors";
import classes from "./Dialog.module.css";

interface FormDialogProps {
  title: string;
  /** The verb on the button. */
  action: string;
  /** Pixels. */
  size?: number;
  /** Nothing can be sent yet. */
  incomplete?: boolean;
  /** On the left of the buttons. */
  aside?: ReactNode;
  /** Throws what the server said; the dialog stays open and shows it. */
  onSubmit: () => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}

/** Asks for a few things at once. Mounted only while it asks. */
export function FormDialog(props: FormDialogProps) {
  const { title, action, size = 480, incomplete = false, aside, onSubmit, onClose, children } = props;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (incomplete || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      await onSubmit();
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} size={size} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} className={classes.form}>
        {children}
        {failure !== null && (
          <p role="alert" className={classes.failure}>
            {errorMessage(failure)} <span>{errorHint(failure)}</span>
          </p>
        )}
        <Group justify="space-between" gap="xs">
          <span>{aside}</span>
          <Group gap="xs">
            <Button variant="default" size="xs" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" size="xs" loading={busy} disabled={incomplete}>
              {action}
            </Button>
          </Group>
        </Group>
      </form>
    </Modal>
  );
}
