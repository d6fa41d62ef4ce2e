import type { Stage } from "@/api/registry/types";

export const STAGES: readonly Stage[] = ["None", "Staging", "Production", "Archived"];

/** Those of a model's stages that have versions, the one that matters most first. */
export function stageCounts(stages: Readonly<Record<string, number>>): [Stage, number][] {
  const order: readonly Stage[] = ["Production", "Staging", "Archived"];
  return order.flatMap((stage) => {
    const count = stages[stage] ?? 0;
    return count > 0 ? [[stage, count] as [Stage, number]] : [];
  });
}
