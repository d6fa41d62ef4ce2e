import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { setQuota } from "@/api/compute/machines";
import type { Quota } from "@/api/compute/types";
import { errorHint, errorMessage } from "@/api/errors";
import { keys } from "@/api/keys";
import { toastDone } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";
import { formOf, type QuotaForm, quotaOf } from "./form";
import classes from "./QuotaDialog.module.css";

/** Says what a workspace may hold from now on; what it holds already goes on. */
export function QuotaDialog({ quota: row, onClose }: { quota: Quota; onClose: () => void }) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const [form, setForm] = useState(() => formOf(row.quota));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const { quota, errors } = quotaOf(form);
  const ready = Object.keys(errors).length === 0;
  const set = (change: Partial<QuotaForm>) => setForm((before) => ({ ...before, ...change }));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    setBusy(true);
    try {
      await setQuota(workspace, row.workspace, quota);
      await client.invalidateQueries({ queryKey: keys.compute(workspace) });
      toastDone(`Quota of ${row.workspace} saved`);
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  const field = (name: Exclude<keyof QuotaForm, "may_borrow" | "may_preempt">) => ({
    value: form[name],
    size: "xs" as const,
    spellCheck: false,
    autoComplete: "off",
    error: errors[name],
    onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  });
  const shares = form.cohort.trim() !== "";
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Quota of ${row.workspace}`}
      size="md"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit} className={classes.form}>
        <p>What its jobs may hold at once. An empty limit is none.</p>
        <div className={classes.row}>
          <TextInput {...field("cpu")} data-autofocus label="CPU cores" placeholder="no limit" />
          <TextInput {...field("memory")} label="Memory" placeholder="no limit" />
        </div>
        <div className={classes.row}>
          <TextInput {...field("gpus")} label="GPUs" placeholder="no limit" />
          <TextInput {...field("workloads")} label="Jobs at once" placeholder="no limit" />
        </div>
        <div className={classes.row}>
          <TextInput
            {...field("cohort")}
            label="Cohort"
            description="Workspaces of one cohort lend each other what they do not use"
            placeholder="none"
          />
          <TextInput
            {...field("weight")}
            label="Weight"
            description="Its share beside the others, when all want more than there is"
          />
        </div>
        <label>
          <input
            type="checkbox"
            checked={form.may_borrow}
            disabled={!shares}
            onChange={(event) => set({ may_borrow: event.currentTarget.checked })}
          />
          May borrow what others of its cohort do not use
        </label>
        <label>
          <input
            type="checkbox"
            checked={form.may_preempt}
            onChange={(event) => set({ may_preempt: event.currentTarget.checked })}
          />
          May send others back to the queue: who borrowed from it, and its own of lower priority
        </label>
        {failure !== null && (
          <p role="alert" className={classes.failure}>
            {errorMessage(failure)} {errorHint(failure)}
          </p>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="xs" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" size="xs" loading={busy} disabled={!ready}>
            Save
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
