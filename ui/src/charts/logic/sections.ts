import { byNatural } from "@/lib/natural";

/** Metrics under one prefix, in the order they are drawn. */
export interface Section {
  readonly name: string;
  readonly keys: readonly string[];
}

/** Section of the metrics that have no "/" in their name. */
export const MAIN_SECTION = "metrics";
/** System metrics come last and start collapsed. */
export const SYSTEM_SECTION = "system";

/** Sections by everything before the last "/"; the main section first, `system` last, the rest by name. */
export function intoSections(keys: Iterable<string>): Section[] {
  const byName = new Map<string, string[]>();
  for (const key of new Set(keys)) {
    const name = sectionOf(key);
    const members = byName.get(name);
    if (members) members.push(key);
    else byName.set(name, [key]);
  }
  return [...byName]
    .map(([name, members]) => ({ name, keys: members.sort(byNatural) }))
    .sort((a, b) => rank(a.name) - rank(b.name) || byNatural(a.name, b.name));
}

export function sectionOf(key: string): string {
  const slash = key.lastIndexOf("/");
  return slash <= 0 ? MAIN_SECTION : key.slice(0, slash);
}

/** The metric's name inside its section. */
export function shortName(key: string): string {
  const slash = key.lastIndexOf("/");
  return slash <= 0 || slash === key.length - 1 ? key : key.slice(slash + 1);
}

export function isSystemSection(name: string): boolean {
  return name === SYSTEM_SECTION || name.startsWith(`${SYSTEM_SECTION}/`);
}

/**
 * Keys that a search text finds: every word must occur, in any order and case. `/pattern/` is a regular
 * expression; one that cannot be read finds nothing.
 */
export function searchKeys(keys: readonly string[], text: string): string[] {
  const trimmed = text.trim();
  if (!trimmed) return [...keys];
  const pattern = /^\/(.+)\/$/.exec(trimmed)?.[1];
  if (pattern !== undefined) {
    const expression = toRegExp(pattern);
    return expression ? keys.filter((key) => expression.test(key)) : [];
  }
  const words = trimmed.toLowerCase().split(/\s+/);
  return keys.filter((key) => words.every((word) => key.toLowerCase().includes(word)));
}

function toRegExp(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, "i");
  } catch {
    return null;
  }
}

function rank(name: string): number {
  if (isSystemSection(name)) return 2;
  return name === MAIN_SECTION ? 0 : 1;
}
