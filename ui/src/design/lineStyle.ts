import { dashes, linePalettes, type PaletteName, type Scheme } from "./tokens";

/** How one line of a chart is drawn. */
export interface LineStyle {
  color: string;
  dash: readonly number[];
}

/** The look of the `slot`-th line: colours first, then the same colours with the next dash. */
export function lineStyle(slot: number, palette: PaletteName, scheme: Scheme): LineStyle {
  const set = linePalettes[palette][scheme];
  return {
    color: at(set, slot % set.length),
    dash: at(dashes, Math.floor(slot / set.length) % dashes.length),
  };
}

/** How many lines can be told apart. */
export function slotCount(palette: PaletteName): number {
  return linePalettes[palette].light.length * dashes.length;
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index} in a list of ${list.length}`);
  return item;
}
