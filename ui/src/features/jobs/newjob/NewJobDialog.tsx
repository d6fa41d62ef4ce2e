import { Button, Group, Modal, Textarea, TextInput } from "@mantine/core";
import { Play } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { errorHint, errorMessage } from "@/api/errors";
import { CodeBlock } from "@/lib/CodeBlock";
import { useGo } from "@/lib/PageLink";
import { jobPage } from "@/lib/paths";
import { Segmented } from "@/lib/Segmented";
import { useWorkspace } from "@/lib/workspace";
import { specAsCli, specAsPython } from "../logic/snippets";
import { useJobActions } from "../useJobActions";
import { EMPTY_FORM, type JobForm, specOf } from "./form";
import classes from "./NewJobDialog.module.css";

const LANGUAGES = [
  { value: "cli", label: "Shell" },
  { value: "python", label: "Python" },
] as const;

/** Asks what to run and how; a command is enough. Goes to the job's page. */
export function NewJobDialog({ initial = EMPTY_FORM, onClose }: { initial?: JobForm; onClose: () => void }) {
  const workspace = useWorkspace();
  const go = useGo();
  const actions = useJobActions();
  const [form, setForm] = useState(initial);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const { spec, errors } = specOf(form);
  const set = (change: Partial<JobForm>) => setForm((before) => ({ ...before, ...change }));
  const ready = form.command.trim() !== "" && Object.keys(errors).length === 0;

  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    setTried(true);
    if (!ready || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      const name = form.name.trim();
      const job = await actions.submit(name === "" ? { spec } : { spec, name });
      onClose();
      go(jobPage(workspace, job.id));
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
  };
  const field = (name: keyof JobForm) => ({
    value: form[name],
    size: "xs" as const,
    spellCheck: false,
    autoComplete: "off",
    error: tried || form[name] !== initial[name] ? errors[name] : undefined,
    onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  });
  return (
    <Modal opened onClose={onClose} title="New job" size={620} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} onKeyDown={onKeyDown} className={classes.form}>
        <Textarea
          {...field("command")}
          data-autofocus
          label="Command"
          placeholder="python -m my_package.train --epochs 10"
          rows={3}
          classNames={{ input: classes.mono ?? "" }}
          error={tried && form.command.trim() === "" ? "Write what to run" : undefined}
        />
        <div className={classes.row}>
          <TextInput {...field("cpu")} label="CPU cores" />
          <TextInput {...field("memory")} label="Memory" placeholder="no limit" />
          <TextInput {...field("gpus")} label="GPUs" placeholder="0" inputMode="numeric" />
          <TextInput {...field("name")} label="Name" placeholder="made up" />
        </div>
        <details className={classes.more} open={initial !== EMPTY_FORM}>
          <summary>Packages, variables, retries, timeout, priority</summary>
          <div className={classes.row}>
            <Textarea
              {...field("requirements")}
              label="Packages"
              description="As pip takes them, one a line; installed once and kept"
              placeholder={"numpy>=2\nscikit-learn"}
              rows={3}
              classNames={{ input: classes.mono ?? "" }}
            />
            <Textarea
              {...field("variables")}
              label="Environment variables"
              description="One NAME=value a line, seen by everybody"
              placeholder="EPOCHS=10"
              rows={3}
              classNames={{ input: classes.mono ?? "" }}
            />
          </div>
          <div className={classes.row}>
            <TextInput {...field("retries")} label="Retries" placeholder="0" inputMode="numeric" />
            <TextInput {...field("timeout")} label="Timeout" placeholder="none" />
            <TextInput {...field("priority")} label="Priority" placeholder="0" />
          </div>
        </details>
        <AsCode spec={spec} name={form.name.trim()} />
        {failure !== null && (
          <p role="alert" className={classes.failure}>
            {errorMessage(failure)} <span>{errorHint(failure)}</span>
          </p>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="xs" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            size="xs"
            loading={busy}
            disabled={!ready}
            leftSection={<Play size={13} />}
            title="Ctrl Enter"
          >
            Run
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

/** The same as code, for the next time. */
function AsCode({ spec, name }: { spec: ReturnType<typeof specOf>["spec"]; name: string }) {
  const workspace = useWorkspace();
  const [language, setLanguage] = useState<"cli" | "python">("cli");
  const write = language === "cli" ? specAsCli : specAsPython;
  return (
    <details className={classes.more}>
      <summary>The same as code</summary>
      <Segmented label="Language" options={LANGUAGES} value={language} onChange={setLanguage} />
      <CodeBlock code={write(spec, name, window.location.origin, workspace)} label="Code" />
    </details>
  );
}
