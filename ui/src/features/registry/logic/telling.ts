import type { RunRow } from "@/api/types";
import { guessDirection } from "@/lib/bestDirection";
import { byNatural } from "@/lib/natural";
import { toNumber } from "@/lib/numbers";

/** The metrics that tell most about versions: those whose names say which way is better, had by most of their runs. */
export function tellingMetrics(runs: readonly Pick<RunRow, "metrics">[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const run of runs) {
    for (const key of Object.keys(run.metrics)) {
      if (!key.startsWith("system/")) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const rank = (key: string) => (guessDirection(key) === null ? 1 : 0);
  return [...counts.keys()]
    .sort((a, b) => rank(a) - rank(b) || (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || byNatural(a, b))
    .slice(0, most);
}

/** The best of some values of a metric; null where its name does not say which way is better, or they are all alike. */
export function bestOf(key: string, values: readonly number[]): number | null {
  const direction = guessDirection(key);
  const numbers = values.filter((value) => !Number.isNaN(value));
  if (direction === null || numbers.length < 2) return null;
  const best = direction === "max" ? Math.max(...numbers) : Math.min(...numbers);
  return numbers.every((value) => value === best) ? null : best;
}

/** Which side of a comparison is better: by the metric's name. */
export function betterSide(key: string, left: string | null, right: string | null): "left" | "right" | null {
  if (left === null || right === null) return null;
  const [a, b] = [toNumber(Number(left)), toNumber(Number(right))];
  const best = bestOf(key, [a, b]);
  if (best === null) return null;
  return a === best ? "left" : "right";
}
