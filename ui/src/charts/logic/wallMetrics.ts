import type { RunRow } from "@/api/types";
import { byNatural } from "@/lib/natural";
import { intoSections, isSystemSection, type Section } from "./sections";

/** The metrics that runs have between them. */
export interface WallMetrics {
  readonly keys: readonly string[];
  /** Those of one value a run: bars, not curves. */
  readonly singles: ReadonlySet<string>;
}

export function metricsOf(runs: readonly Pick<RunRow, "metrics">[]): WallMetrics {
  const most = new Map<string, number>();
  for (const run of runs) {
    for (const [key, metric] of Object.entries(run.metrics)) {
      most.set(key, Math.max(most.get(key) ?? 0, metric.points));
    }
  }
  const keys = [...most.keys()].sort(byNatural);
  return { keys, singles: new Set(keys.filter((key) => (most.get(key) ?? 0) <= 1)) };
}

/** Metrics in one grid up to this many: headings over one or two charts each leave most of a screen bare. */
const FLAT_MAX = 12;
/** A prefix that fewer metrics share is no section worth a heading. */
const SECTION_MIN = 3;

/** How a wall is laid out: a section without a name has no heading, and its charts show their full names. */
export interface WallSection extends Omit<Section, "name"> {
  readonly name: string | null;
}

/** Sections of the metrics; one nameless grid where sections would not help. Curves come before single values. */
export function layOut(keys: readonly string[], singles: ReadonlySet<string>): WallSection[] {
  const system = intoSections(keys.filter(isSystemSection));
  const own = keys.filter((key) => !isSystemSection(key));
  const sections = intoSections(own);
  const flat = own.length <= FLAT_MAX || sections.every((section) => section.keys.length < SECTION_MIN);
  const shown: WallSection[] = flat ? [{ name: null, keys: [...own].sort(byNatural) }] : sections;
  return [...shown, ...system]
    .filter((section) => section.keys.length > 0)
    .map((section) => ({ ...section, keys: curvesFirst(section.keys, singles) }));
}

function curvesFirst(keys: readonly string[], singles: ReadonlySet<string>): string[] {
  return [...keys.filter((key) => !singles.has(key)), ...keys.filter((key) => singles.has(key))];
}
