import { Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { keys } from "@/api/keys";
import { ALL_MODELS, modelListQuery } from "@/api/registry";
import { register } from "@/api/registry/changes";
import { FormDialog } from "../FormDialog";
import { useGo } from "../PageLink";
import { versionPage } from "../paths";
import { toastDone } from "../toast";
import { useWorkspace } from "../workspace";
import classes from "./RegisterDialog.module.css";

interface RegisterDialogProps {
  /** Empty for a logged model that no run made. */
  runId: string;
  /** The models that the run logged; without any, a folder of its artifacts is asked for. */
  models: readonly { model_id: string; name: string }[];
  onClose: () => void;
}

const OFFERED = 20;

/** Makes a version of a registered model, new or not, of what a run logged. */
export function RegisterDialog({ runId, models, onClose }: RegisterDialogProps) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const go = useGo();
  const [modelId, setModelId] = useState(models[0]?.model_id ?? "");
  const [folder, setFolder] = useState("model");
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const wanted = name.trim();
  const [asked] = useDebouncedValue(wanted, 150);
  const { data: known } = useQuery({
    ...modelListQuery(workspace, { ...ALL_MODELS, search: asked }, 0, OFFERED),
    placeholderData: keepPreviousData,
  });
  const offered = known?.models ?? [];
  const there = offered.find((model) => model.name === wanted);
  const listId = useId();
  const submit = async () => {
    const { version } = await register(workspace, wanted, {
      source: modelId === "" ? `runs:/${runId}/${folder.trim()}` : `models:/${modelId}`,
      run_id: runId,
      description: description.trim(),
    });
    await client.invalidateQueries({ queryKey: keys.registry(workspace) });
    toastDone(`Registered as ${wanted} v${version.version}`);
    go(versionPage(workspace, wanted, version.version));
  };
  return (
    <FormDialog
      title="Register model"
      action="Register"
      incomplete={wanted === "" || (modelId === "" && folder.trim() === "")}
      onSubmit={submit}
      onClose={onClose}
    >
      {models.length > 1 && (
        <label className={classes.choice}>
          Logged model
          <select value={modelId} onChange={(event) => setModelId(event.currentTarget.value)}>
            {models.map((model) => (
              <option key={model.model_id} value={model.model_id}>
                {model.name} ({model.model_id})
              </option>
            ))}
          </select>
        </label>
      )}
      {models.length === 0 && (
        <TextInput
          size="xs"
          label="Folder with the model"
          description="Among the run's artifacts"
          value={folder}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setFolder(event.currentTarget.value)}
        />
      )}
      <TextInput
        data-autofocus
        size="xs"
        label="Name of the registered model"
        description="One that is there, or a new one"
        list={listId}
        value={name}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <datalist id={listId}>
        {offered.map((model) => (
          <option key={model.name} value={model.name} />
        ))}
      </datalist>
      {wanted !== "" && (
        <p className={classes.note}>
          {there === undefined
            ? "Makes the model, with this as version 1."
            : `Makes the version after ${there.latest_version} of ${wanted}.`}
        </p>
      )}
      <Textarea
        size="xs"
        label="What changed"
        rows={2}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
