import type { InputParameter, Parameters, PipelineSpec } from "@/api/pipelines/types";

/** A field of the form in which a run is asked for. */
export interface ParameterField {
  readonly name: string;
  readonly kind: "text" | "integer" | "number" | "boolean" | "list" | "struct";
  /** What stands in it at first: the default, as one would write it. */
  readonly initial: string;
  /** Whether it may be left empty: it has a default, or the pipeline does without. */
  readonly optional: boolean;
  readonly description: string;
  /** What may be chosen, as one would write it; empty: anything. */
  readonly choices: readonly string[];
}

export type FieldTexts = Readonly<Record<string, string>>;

const KINDS: Record<string, ParameterField["kind"]> = {
  STRING: "text",
  NUMBER_INTEGER: "integer",
  NUMBER_DOUBLE: "number",
  BOOLEAN: "boolean",
  LIST: "list",
  STRUCT: "struct",
};

export const KIND_WORDS: Record<ParameterField["kind"], string> = {
  text: "text",
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  list: "list",
  struct: "object",
};

/** One field for each parameter of a pipeline: first those that one must fill in. */
export function fieldsOf(spec: PipelineSpec): ParameterField[] {
  const inputs = Object.entries(spec.root?.inputDefinitions?.parameters ?? {});
  const fields = inputs.map(([name, input]) => fieldOf(name, input));
  return [...fields.filter((field) => !field.optional), ...fields.filter((field) => field.optional)];
}

/** What a run of this pipeline needs and no form can give. */
export function neededArtifacts(spec: PipelineSpec): string[] {
  const inputs = Object.entries(spec.root?.inputDefinitions?.artifacts ?? {});
  return inputs.filter(([, input]) => input.isOptional !== true).map(([name]) => name);
}

/** What stands in the fields of parameters that were given. */
export function textsOf(fields: readonly ParameterField[], given: Parameters): FieldTexts {
  return Object.fromEntries(
    fields.flatMap(({ name }) => (name in given ? [[name, written(given[name])]] : [])),
  );
}

/** What to send for what was written, and what is wrong with it, by field. What was left as it was is not sent. */
export function parametersOf(
  fields: readonly ParameterField[],
  texts: FieldTexts,
): { parameters: Parameters; errors: Record<string, string> } {
  const parameters: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const text = texts[field.name] ?? field.initial;
    if (text === field.initial && field.optional) continue;
    const read = readField(field, text);
    if ("error" in read) errors[field.name] = read.error;
    else parameters[field.name] = read.value;
  }
  return { parameters, errors };
}

function fieldOf(name: string, input: InputParameter): ParameterField {
  const kind = KINDS[input.parameterType ?? ""] ?? "text";
  const hasDefault = input.defaultValue !== undefined;
  return {
    name,
    kind,
    initial: hasDefault ? written(input.defaultValue) : "",
    optional: hasDefault || input.isOptional === true,
    description: input.description ?? "",
    choices: (input.literals ?? []).map(written),
  };
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function readField({ kind, choices }: ParameterField, text: string): { value: unknown } | { error: string } {
  const trimmed = text.trim();
  if (trimmed === "" && (kind !== "text" || choices.length > 0)) return { error: "This is needed" };
  switch (kind) {
    case "text":
      return { value: text };
    case "boolean":
      return { value: trimmed === "true" };
    case "integer":
      return /^[+-]?\d+$/.test(trimmed) && Number.isSafeInteger(Number(trimmed))
        ? { value: Number(trimmed) }
        : { error: "Write a whole number" };
    case "number":
      return Number.isFinite(Number(trimmed)) ? { value: Number(trimmed) } : { error: "Write a number" };
    case "list":
      return jsonOf(trimmed, Array.isArray, 'Write a JSON list: [1, 2] or ["a", "b"]');
    case "struct":
      return jsonOf(trimmed, isObject, 'Write a JSON object: {"key": 1}');
  }
}

function jsonOf(text: string, fits: (value: unknown) => boolean, error: string) {
  try {
    const value: unknown = JSON.parse(text);
    return fits(value) ? { value } : { error };
  } catch {
    return { error };
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
