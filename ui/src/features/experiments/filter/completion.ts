import type { ExperimentFields } from "@/api/types";
import { fieldName, quoted } from "@/lib/filterText";

export interface Suggestion {
  /** What is put into the filter. */
  insert: string;
  label: string;
  detail: string;
}

export interface Completion {
  /** The part of the text that a suggestion replaces. */
  from: number;
  to: number;
  suggestions: Suggestion[];
}

const SUGGESTIONS_MAX = 50;
const RUN_ATTRIBUTES: Readonly<Record<string, string>> = {
  run_name: "",
  status: "",
  duration: "in seconds",
  start_time: "ms since 1970",
  end_time: "ms since 1970",
  user_id: "",
  run_id: "",
  artifact_uri: "",
};
const DATASET_FIELDS = ["name", "digest", "context"];
const STATUSES = ["RUNNING", "FINISHED", "FAILED", "KILLED", "SCHEDULED"];

/** What may stand at the caret: a field, an operator after a field, or a word that joins conditions. */
export function complete(text: string, caret: number, fields: ExperimentFields): Completion {
  const before = text.slice(0, caret);
  if (insideQuotes(before)) return { from: caret, to: caret, suggestions: [] };
  const word = lastWord(before);
  const from = caret - word.length;
  const to = caret + (/^[^\s()=<>!,'"]*/.exec(text.slice(caret))?.[0].length ?? 0);
  const head = before.slice(0, from).trimEnd();
  return { from, to, suggestions: suggest(head, word, fields).slice(0, SUGGESTIONS_MAX) };
}

/** The name that is being typed at the caret, without its kind and its quotes. */
export function wordAt(text: string, caret: number): string {
  return lastWord(text.slice(0, caret))
    .replace(/^[a-z]+\./i, "")
    .replace(/[`"]/g, "");
}

/** `text` with a suggestion taken, and where the caret then stands. */
export function applySuggestion(
  text: string,
  { from, to }: Completion,
  { insert }: Suggestion,
): [string, number] {
  const rest = text.slice(to);
  const gap = rest.startsWith(" ") ? "" : " ";
  return [`${text.slice(0, from)}${insert}${gap}${rest}`, from + insert.length + 1];
}

/**
 * The filter that a text means: itself when it is in the grammar, or else, as for most people who only type a word,
 * a search by name.
 */
export function filterFromText(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "" || looksLikeFilter(trimmed)) return trimmed;
  const pattern = quoted(`%${trimmed}%`);
  return pattern === null ? trimmed : `attributes.run_name ILIKE ${pattern}`;
}

export function looksLikeFilter(text: string): boolean {
  return /[=<>!]|\s(i?like|in|is|not)\b|^(metrics?|params?|parameters|tags?|attributes?|datasets?)\./i.test(
    text,
  );
}

function lastWord(before: string): string {
  return /[^\s()=<>!,]*$/.exec(before)?.[0] ?? "";
}

function suggest(head: string, word: string, fields: ExperimentFields): Suggestion[] {
  if (/(=|<|>|!=)$/.test(head)) return valuesAfter(head);
  if (/(^|[\s(])(and)$/i.test(head) || head === "" || head.endsWith("(")) return fieldsLike(word, fields);
  if (/\b(in|like|ilike|is|not)$/i.test(head)) return [];
  return endsInCondition(head) ? wordsLike(word, ["AND"], "another condition") : operatorsLike(word, head);
}

function fieldsLike(word: string, fields: ExperimentFields): Suggestion[] {
  const wanted = word.replace(/[`"]/g, "").toLowerCase();
  const all: Suggestion[] = [
    ...fields.metrics.map((field) => suggestion("metrics", field.key, field.runs)),
    ...fields.params.map((field) => suggestion("params", field.key, field.runs)),
    ...Object.entries(RUN_ATTRIBUTES).map(([key, detail]) => attribute(key, detail)),
    ...fields.tags.map((field) => suggestion("tags", field.key, field.runs)),
    ...DATASET_FIELDS.map((key) => ({ insert: `datasets.${key}`, label: `datasets.${key}`, detail: "" })),
  ];
  const matching = all.filter((one) => one.label.toLowerCase().includes(wanted));
  // What begins with the word, with or without its kind, goes first.
  const rank = ({ label }: Suggestion) => {
    const lower = label.toLowerCase();
    return lower.startsWith(wanted) || lower.slice(lower.indexOf(".") + 1).startsWith(wanted) ? 0 : 1;
  };
  return matching
    .map((one, at) => ({ one, at }))
    .sort((a, b) => rank(a.one) - rank(b.one) || a.at - b.at)
    .map(({ one }) => one);
}

function attribute(key: string, detail: string): Suggestion {
  return { insert: `attributes.${key}`, label: `attributes.${key}`, detail };
}

function suggestion(kind: "metrics" | "params" | "tags", key: string, runs: number): Suggestion {
  return { insert: fieldName(kind, key), label: `${kind}.${key}`, detail: `${runs} runs` };
}

function operatorsLike(word: string, head: string): Suggestion[] {
  const isNumber = /metrics\.(`[^`]*`|\S+)$|\.(start_time|end_time|duration)$/.test(head);
  const operators = isNumber ? ["<", "<=", ">", ">=", "=", "!="] : ["=", "!=", "LIKE", "ILIKE", "IN"];
  return wordsLike(word, operators, "");
}

function valuesAfter(head: string): Suggestion[] {
  if (!/status\s*!?=$/.test(head)) return [];
  return STATUSES.map((status) => ({ insert: `'${status}'`, label: status, detail: "" }));
}

function wordsLike(word: string, words: readonly string[], detail: string): Suggestion[] {
  return words
    .filter((one) => one.toLowerCase().startsWith(word.toLowerCase()))
    .map((one) => ({ insert: one, label: one, detail }));
}

/** True after `field op value`, where only AND can follow. */
function endsInCondition(head: string): boolean {
  return (
    /(=|<|>|\blike)\s*('[^']*'|"[^"]*"|[-+.\w]+)$/i.test(head) || /\)$/.test(head) || /\bnull$/i.test(head)
  );
}

function insideQuotes(text: string): boolean {
  let open = "";
  for (const char of text) {
    if (open === "" && (char === "'" || char === '"')) open = char;
    else if (char === open) open = "";
  }
  return open !== "";
}
