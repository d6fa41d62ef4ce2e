const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Order in which a person expects names: layer_2 before layer_10. */
export function byNatural(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : Number(a > b));
}
