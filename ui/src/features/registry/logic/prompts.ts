import type { VersionRow } from "@/api/registry/types";

const TEXT = "mlflow.prompt.text";
const TYPE = "_mlflow_prompt_type";

/** A turn of a prompt that is a conversation. */
export interface ChatTurn {
  role: string;
  content: string;
}

/** The text of a version of a prompt, as it was written. */
export function promptText(version: Pick<VersionRow, "tags">): string {
  return version.tags[TEXT] ?? "";
}

/** The turns of a version that is a conversation; null where it is a plain text. */
export function chatTurns(version: Pick<VersionRow, "tags">): ChatTurn[] | null {
  if (version.tags[TYPE] !== "chat") return null;
  try {
    const turns: unknown = JSON.parse(promptText(version));
    return Array.isArray(turns) && turns.length > 0 && turns.every(isTurn) ? turns : null;
  } catch {
    return null;
  }
}

/** What two versions are compared by: a conversation turn for turn, each under its role. */
export function comparedText(version: Pick<VersionRow, "tags">): string {
  const turns = chatTurns(version);
  if (turns === null) return promptText(version);
  return turns.map((turn) => `${turn.role}:\n${turn.content}`).join("\n\n");
}

/** Places to fill in, each once, in the order in which they come. */
export function placesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g)].map(([, name = ""]) => name))];
}

function isTurn(value: unknown): value is ChatTurn {
  if (typeof value !== "object" || value === null) return false;
  const { role, content } = value as Record<string, unknown>;
  return typeof role === "string" && typeof content === "string";
}
