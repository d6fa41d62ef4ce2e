import type { Rule } from "@/api/registry/types";

/** A rule as a form has it: lists as texts. */
export interface RuleTexts {
  aliases: string;
  stages: readonly string[];
  promoters: string;
  required: string;
}

/** What is often required, ready to be added. */
export const USUAL_REQUIREMENTS = [
  "signature",
  "input_example",
  "safe_format",
  "description",
  "metrics.accuracy >= 0.9",
  "tags.reviewed = yes",
  "check.latency",
] as const;

export function textsOf(rule: Rule | undefined): RuleTexts {
  return {
    aliases: (rule?.aliases ?? ["champion"]).join(", "),
    stages: rule?.stages ?? [],
    promoters: (rule?.promoters ?? []).join(", "),
    required: (rule?.required ?? []).join("\n"),
  };
}

export function ruleOf({ aliases, stages, promoters, required }: RuleTexts): Rule {
  return {
    aliases: parts(aliases, /[,\n]/),
    stages: [...stages],
    promoters: parts(promoters, /[,\n]/),
    required: parts(required, /\n/),
  };
}

/** The requirements with one more line; one that is there is not added again. */
export function withRequirement(required: string, line: string): string {
  const lines = parts(required, /\n/);
  return lines.includes(line) ? required : [...lines, line].join("\n");
}

function parts(text: string, separator: RegExp): string[] {
  return [...new Set(text.split(separator).map((each) => each.trim()))].filter((each) => each !== "");
}
