import { Button, Group, Modal, TextInput } from "@mantine/core";
import { Play } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useMemo, useState } from "react";
import { errorHint, errorMessage } from "@/api/errors";
import type { NewRun, Parameters, PipelineSpec } from "@/api/pipelines/types";
import { useGo } from "@/lib/PageLink";
import { pipelineRunPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import { type FieldTexts, fieldsOf, neededArtifacts, parametersOf, textsOf } from "../logic/form";
import { usePipelineActions } from "../usePipelineActions";
import classes from "./Dialogs.module.css";
import { ParameterInput } from "./ParameterInput";

interface RunFormProps {
  title: string;
  spec: PipelineSpec;
  /** What a run is begun of: a version, or the spec itself. */
  of: Omit<NewRun, "display_name" | "runtime_config">;
  /** What it is called unless somebody writes another name. */
  name: string;
  /** Parameters that stand in the form at first; others have their defaults. */
  given?: Parameters;
  onClose: () => void;
}

/** Asks for the parameters of a run, begins it, and goes to its page. */
export function RunForm({ title, spec, of, name: usual, given = {}, onClose }: RunFormProps) {
  const workspace = useWorkspace();
  const go = useGo();
  const actions = usePipelineActions();
  const fields = useMemo(() => fieldsOf(spec), [spec]);
  const [name, setName] = useState(usual);
  const [texts, setTexts] = useState<FieldTexts>(() => textsOf(fieldsOf(spec), given));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const { parameters, errors } = parametersOf(fields, texts);
  const missing = neededArtifacts(spec);

  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    setTried(true);
    if (Object.keys(errors).length > 0 || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      const id = await actions.begin({
        display_name: name.trim() || usual,
        ...of,
        runtime_config: { parameters },
      });
      onClose();
      go(pipelineRunPage(workspace, id));
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
  };
  return (
    <Modal opened onClose={onClose} title={title} size={560} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} onKeyDown={onKeyDown} className={classes.form}>
        <TextInput
          size="xs"
          label="Name of the run"
          value={name}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {fields.map((field) => (
          <ParameterInput
            key={field.name}
            field={field}
            value={texts[field.name] ?? field.initial}
            error={tried || texts[field.name] !== undefined ? errors[field.name] : undefined}
            onChange={(text) => setTexts((before) => ({ ...before, [field.name]: text }))}
          />
        ))}
        {fields.length === 0 && <p className={classes.note}>It asks for no parameters.</p>}
        {missing.length > 0 && (
          <p role="alert" className={classes.failure}>
            It needs artifacts that no run can be given from outside: {missing.join(", ")}.
          </p>
        )}
        {failure !== null && (
          <p role="alert" className={classes.failure}>
            {errorMessage(failure)} <span>{errorHint(failure)}</span>
          </p>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="xs" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" size="xs" loading={busy} leftSection={<Play size={13} />} title="Ctrl Enter">
            Run
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
