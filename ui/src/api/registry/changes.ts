import { deleteJson, MLFLOW, patchJson, postJson, putJson, type Workspace } from "../client";
import { modelPath, versionPath } from ".";
import type { KeptRule, ModelDetail, Rule, VersionDetail } from "./types";

/** A model, or one version of it. */
export interface Place {
  name: string;
  version?: number;
}

const REGISTERED = `${MLFLOW}/registered-models`;
const VERSIONS = `${MLFLOW}/model-versions`;

/** Marks a registered model as a prompt, whose versions have their text in a tag. */
export const PROMPT_TAG = "mlflow.prompt.is_prompt";
export const PROMPT_TEXT_TAG = "mlflow.prompt.text";

export async function createModel(workspace: Workspace, name: string, description = ""): Promise<void> {
  await postJson(workspace, `${REGISTERED}/create`, { name, description });
}

export async function createPrompt(workspace: Workspace, name: string): Promise<void> {
  const tags = [{ key: PROMPT_TAG, value: "true" }];
  await postJson(workspace, `${REGISTERED}/create`, { name, tags });
}

/** Makes the next version of a model, and the model where there is none, of a source that is there. */
export function register(
  workspace: Workspace,
  name: string,
  made: { source: string; run_id: string; description: string },
): Promise<VersionDetail> {
  return postJson(workspace, `${modelPath(name)}/versions`, made);
}

/** Makes a version of a prompt; gives its number. */
export async function createPromptVersion(
  workspace: Workspace,
  name: string,
  text: string,
  description: string,
): Promise<number> {
  const tags = [
    { key: PROMPT_TAG, value: "true" },
    { key: PROMPT_TEXT_TAG, value: text },
    { key: "_mlflow_prompt_type", value: "text" },
  ];
  const body = { name, source: "prompt-template", description, tags };
  return numberOf(await postJson(workspace, `${VERSIONS}/create`, body));
}

export async function renameModel(workspace: Workspace, name: string, newName: string): Promise<void> {
  await postJson(workspace, `${REGISTERED}/rename`, { name, new_name: newName });
}

export async function describe(workspace: Workspace, place: Place, description: string): Promise<void> {
  await patchJson(workspace, `${rootOf(place)}/update`, { ...wirePlace(place), description });
}

export async function setTag(workspace: Workspace, place: Place, key: string, value: string): Promise<void> {
  await postJson(workspace, `${rootOf(place)}/set-tag`, { ...wirePlace(place), key, value });
}

export async function removeTag(workspace: Workspace, place: Place, key: string): Promise<void> {
  await deleteJson(workspace, `${rootOf(place)}/delete-tag`, { ...wirePlace(place), key });
}

export async function removeAlias(workspace: Workspace, name: string, alias: string): Promise<void> {
  await deleteJson(workspace, `${modelPath(name)}/aliases/${encodeURIComponent(alias)}`);
}

export type Promotion = { alias: string } | { stage: string; archive_existing: boolean };

/** Gives an alias or a stage, as far as the model's rule allows. */
export function promote(
  workspace: Workspace,
  name: string,
  version: number,
  promotion: Promotion,
): Promise<VersionDetail> {
  return postJson(workspace, `${versionPath(name, version)}/promote`, promotion);
}

export async function setCard(workspace: Workspace, { name, version }: Place, card: string): Promise<void> {
  const path = version === undefined ? modelPath(name) : versionPath(name, version);
  await putJson<ModelDetail | VersionDetail>(workspace, `${path}/card`, { card });
}

export async function setRule(workspace: Workspace, name: string, rule: Rule): Promise<void> {
  await putJson<KeptRule>(workspace, `${modelPath(name)}/rule`, rule);
}

export async function removeRule(workspace: Workspace, name: string): Promise<void> {
  await deleteJson(workspace, `${modelPath(name)}/rule`);
}

export async function removePlace(workspace: Workspace, { name, version }: Place): Promise<void> {
  await deleteJson(workspace, version === undefined ? modelPath(name) : versionPath(name, version));
}

function rootOf({ version }: Place): string {
  return version === undefined ? REGISTERED : VERSIONS;
}

function wirePlace({ name, version }: Place) {
  return version === undefined ? { name } : { name, version: String(version) };
}

function numberOf(answer: unknown): number {
  return Number((answer as { model_version: { version: string } }).model_version.version);
}
