import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import { type LineStyle, lineStyle } from "@/design/lineStyle";
import { linePalettes, type PaletteName } from "@/design/tokens";
import { usePreferences } from "./preferences";

/**
 * A run keeps its colour on every page of a session: the first place that draws it takes a slot, starting
 * from a hash of its id so that two people mostly see the same colours.
 */
const slots = new Map<string, number>();

/** The line style of each run, by run id, in the present palette and scheme. */
export function useRunColors(runIds: readonly string[]): ReadonlyMap<string, LineStyle> {
  const { palette } = usePreferences();
  const scheme = useComputedColorScheme("light");
  const key = runIds.join(",");
  return useMemo(() => {
    const ids = key === "" ? [] : key.split(",");
    const taken = assignSlots(slots, ids, linePalettes[palette].light.length);
    return new Map(ids.map((id) => [id, lineStyle(taken.get(id) ?? 0, palette, scheme)]));
  }, [key, palette, scheme]);
}

/**
 * Gives every run of `runIds` a slot, unlike those of the other runs in `runIds`. Runs that are drawn together
 * differ in colour before they differ in dash. Writes new slots to `known`.
 */
export function assignSlots(
  known: Map<string, number>,
  runIds: readonly string[],
  colorCount: number,
): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  const used = new Set<number>();
  const take = (runId: string, slot: number) => {
    taken.set(runId, slot);
    used.add(slot);
    known.set(runId, slot);
  };
  const enough = Math.ceil(runIds.length / colorCount) * colorCount;
  for (const runId of runIds) {
    const before = known.get(runId);
    if (before !== undefined && before < enough && !used.has(before)) take(runId, before);
  }
  for (const runId of runIds) {
    if (!taken.has(runId)) take(runId, freeSlot(hash(runId) % colorCount, used, colorCount));
  }
  return taken;
}

export type { PaletteName };

function freeSlot(first: number, used: ReadonlySet<number>, colorCount: number): number {
  for (let round = 0; ; round += 1) {
    for (let step = 0; step < colorCount; step += 1) {
      const slot = round * colorCount + ((first + step) % colorCount);
      if (!used.has(slot)) return slot;
    }
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
