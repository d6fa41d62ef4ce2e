import type { JobSpec } from "@/api/compute/types";
import { formatCores, parseBytes, parseCores, writeBytes } from "@/lib/compute/amounts";
import { commandOf, typedOf } from "../logic/command";

/** What stands in the fields of the dialog: all of it text, as typed. */
export interface JobForm {
  readonly command: string;
  readonly name: string;
  readonly cpu: string;
  readonly memory: string;
  readonly gpus: string;
  readonly requirements: string;
  readonly variables: string;
  readonly retries: string;
  readonly timeout: string;
  readonly priority: string;
}

export type FormErrors = Partial<Record<keyof JobForm, string>>;

export const EMPTY_FORM: JobForm = {
  command: "",
  name: "",
  cpu: "1",
  memory: "",
  gpus: "",
  requirements: "",
  variables: "",
  retries: "",
  timeout: "",
  priority: "",
};

/** The spec that the fields ask for, and what is wrong with them. */
export function specOf(form: JobForm): { spec: JobSpec; errors: FormErrors } {
  const errors: FormErrors = {};
  const command = commandOf(form.command);
  const cpu = form.cpu.trim() === "" ? 0 : parseCores(form.cpu);
  const memory = form.memory.trim() === "" ? 0 : parseBytes(form.memory);
  if (cpu === null) errors.cpu = "Write cores: 2, 0.5 or 500m";
  if (memory === null) errors.memory = "Write a number and a unit: 4Gi or 512Mi";
  const gpus = whole(form, "gpus", errors, 0);
  const retries = whole(form, "retries", errors, 0);
  const priority = whole(form, "priority", errors, -1000);
  const timeout = seconds(form.timeout);
  if (timeout === null) errors.timeout = "Write a time: 90s, 30m or 2h";
  const variables = variablesOf(form.variables);
  if (variables === null) errors.variables = "Write one NAME=value a line";
  const requirements = lines(form.requirements);
  const spec: JobSpec = {
    kind: "job",
    command,
    resources: {
      cpu_milli: cpu ?? 0,
      ...(memory ? { memory_bytes: memory } : {}),
      ...(gpus ? { gpus } : {}),
    },
    ...(requirements.length > 0 ? { environment: { requirements } } : {}),
    ...(variables && Object.keys(variables).length > 0 ? { variables } : {}),
    ...(retries ? { restart: { max_retries: retries } } : {}),
    ...(timeout ? { timeout_s: timeout } : {}),
    ...(priority ? { priority } : {}),
  };
  return { spec, errors };
}

/** The fields that ask for what a spec says: to change it and run it again. */
export function formOf(spec: JobSpec, name: string): JobForm {
  const { resources = {}, environment = {}, restart = {}, variables = {} } = spec;
  const number = (value: number | null | undefined) => (value ? String(value) : "");
  return {
    command: typedOf(spec.command ?? []),
    name,
    cpu: formatCores(resources.cpu_milli ?? 0),
    memory: resources.memory_bytes ? writeBytes(resources.memory_bytes) : "",
    gpus: number(resources.gpus),
    requirements: (environment.requirements ?? []).join("\n"),
    variables: Object.entries(variables)
      .map(([key, value]) => `${key}=${value}`)
      .join("\n"),
    retries: number(restart.max_retries),
    timeout: spec.timeout_s ? `${spec.timeout_s}s` : "",
    priority: number(spec.priority),
  };
}

function whole(
  form: JobForm,
  field: "gpus" | "retries" | "priority",
  errors: FormErrors,
  least: number,
): number {
  const typed = form[field].trim();
  const value = Number(typed || 0);
  if (/^-?\d*$/.test(typed) && value >= least && value <= 100_000) return value;
  errors[field] = "Write a whole number";
  return 0;
}

/** Seconds of "90", "90s", "30m", "2h", "1d"; undefined for nothing, null for what is no time. */
function seconds(text: string): number | undefined | null {
  if (text.trim() === "") return undefined;
  const found = /^(\d+(?:\.\d+)?)\s*([smhd]?)$/.exec(text.trim());
  if (found === null || Number(found[1]) === 0) return null;
  return Number(found[1]) * ({ m: 60, h: 3600, d: 86_400 }[found[2] ?? ""] ?? 1);
}

function variablesOf(text: string): Record<string, string> | null {
  const found: Record<string, string> = {};
  for (const line of lines(text)) {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return null;
    found[name] = value;
  }
  return found;
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
