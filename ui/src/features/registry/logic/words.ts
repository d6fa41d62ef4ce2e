import type { HistoryLine } from "@/api/registry/types";

/** The first line of a text that says something, without Markdown's marks of a heading. */
export function firstLine(text: string): string {
  const line = text.split(/\r?\n/).find((each) => each.trim() !== "") ?? "";
  return line.replace(/^#+\s*/, "").trim();
}

/** What a turn in the life of a model was, in words: "champion moved from version 3". */
export function historyWords({ turn, alias, before, after, version }: HistoryLine): string {
  if (turn === "stage") return `went from ${before} to ${after}`;
  if (after === "") return `lost the alias ${alias}`;
  if (before === "") return `got the alias ${alias}`;
  return before === String(version)
    ? `kept the alias ${alias}`
    : `took the alias ${alias} from version ${before}`;
}

/** What may be said of a model's files in a word, and what that means. */
export const FORMATS = {
  safe: { word: "Safe to load", tone: "ok", means: "Loading it reads data and runs no code of its files." },
  pickle: {
    word: "Pickle",
    tone: "wait",
    means: "Loading it runs whatever its author packed in: load it only if you trust them.",
  },
  code: {
    word: "Code",
    tone: "wait",
    means: "Loading it runs code that lies beside the model, which one can read first.",
  },
  unknown: { word: "Unknown format", tone: "calm", means: "No file of it is one that is known here." },
} as const;
