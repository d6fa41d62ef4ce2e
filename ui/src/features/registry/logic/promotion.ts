import type { KeptRule, Rule, Verdict } from "@/api/registry/types";

/** What a promotion would give: an alias, or a stage. */
export type Target = { what: "alias"; name: string } | { what: "stage"; name: string };

/** What is known of a promotion before the server is asked. */
export interface Outlook {
  guarded: boolean;
  /** The rule names people, and this is none of them. */
  notAllowed: boolean;
  red: readonly Verdict[];
}

/** Whether a rule guards what is given, and what it would say. */
export function outlookOf(
  target: Target,
  kept: KeptRule | null,
  checks: readonly Verdict[],
  me: string | undefined,
): Outlook {
  const rule = kept?.rule;
  if (rule === undefined || !guards(rule, target)) return { guarded: false, notAllowed: false, red: [] };
  const { promoters } = rule;
  return {
    guarded: true,
    notAllowed: promoters.length > 0 && me !== undefined && !promoters.includes(me),
    red: checks.filter((check) => !check.is_green),
  };
}

/** Aliases that are worth offering: those that are guarded, those in use, and what most people use. */
export function offeredAliases(rule: Rule | undefined, used: readonly string[]): string[] {
  return [...new Set([...(rule?.aliases ?? []), ...used, "champion", "challenger"])];
}

function guards(rule: Rule, { what, name }: Target): boolean {
  return (what === "alias" ? rule.aliases : rule.stages).includes(name);
}
