import type { QuotaSettings } from "@/api/compute/types";

/** How a workspace shares, in words. */
export function rulesText(quota: QuotaSettings | null): string {
  if (quota === null) return "takes what is free";
  const parts: string[] = [];
  if (quota.cohort !== "") {
    parts.push(`cohort ${quota.cohort}`);
    if (!quota.may_borrow) parts.push("borrows nothing");
  }
  if (quota.may_preempt) parts.push("may take back");
  if (quota.weight !== 1) parts.push(`weight ${quota.weight}`);
  return parts.join(" · ") || "keeps to itself";
}
