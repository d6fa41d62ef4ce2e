import { Button, Group, Input, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { errorHint, errorMessage } from "@/api/errors";
import type { Pipeline } from "@/api/pipelines/types";
import { formatDateTime } from "@/lib/times";
import { usePipelineActions } from "../usePipelineActions";
import classes from "./Dialogs.module.css";

interface UploadDialogProps {
  /** What it is to be a version of; without it, it is a new pipeline. */
  pipeline?: Pipeline;
  /** Told the id of the pipeline. */
  onDone: (pipelineId: string) => void;
  onClose: () => void;
}

const SUFFIX = /\.(ya?ml|json|zip|tgz|tar\.gz)$/i;
const FILE_ID = "pipeline-file";

/** Asks for a file that kfp compiled, and what it is to be called. */
export function UploadDialog({ pipeline, onDone, onClose }: UploadDialogProps) {
  const actions = usePipelineActions();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const proposed =
    file === null
      ? ""
      : pipeline === undefined
        ? file.name.replace(SUFFIX, "")
        : `${pipeline.display_name} ${formatDateTime(Date.now())}`;
  const called = (name ?? proposed).trim();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (file === null || called === "" || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      const id = await actions.upload(file, called, pipeline?.pipeline_id);
      onClose();
      onDone(id);
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  const title = pipeline === undefined ? "Upload a pipeline" : `New version of ${pipeline.display_name}`;
  return (
    <Modal opened onClose={onClose} title={title} size="md" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} className={classes.form}>
        <Input.Wrapper
          id={FILE_ID}
          size="xs"
          label="File"
          description="What kfp's compiler wrote: YAML or JSON, also in a zip or tar.gz"
        >
          <input
            id={FILE_ID}
            className={classes.file}
            type="file"
            accept=".yaml,.yml,.json,.zip,.tgz,.gz"
            data-autofocus
            onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
          />
        </Input.Wrapper>
        <TextInput
          size="xs"
          label="Name"
          value={name ?? proposed}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {failure !== null && (
          <p role="alert" className={classes.failure}>
            {errorMessage(failure)} <span>{errorHint(failure)}</span>
          </p>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="xs" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" size="xs" loading={busy} disabled={file === null || called === ""}>
            Upload
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
