import type { Resources } from "@/api/compute/types";
import type { JobUse, Measure, UsageCurve } from "@/api/compute/usage";
import type { Curve } from "@/charts/logic/curves";

/** One chart of the use of a process. */
export interface UseChart {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly curves: readonly Curve[];
  /** The highest value, in the chart's unit. */
  readonly peak: number;
  /** What was asked for, in the chart's unit; null where nothing was. */
  readonly limit: number | null;
}

interface Kind {
  readonly id: string;
  readonly title: string;
  readonly measures: readonly { readonly measure: Measure; readonly name: string }[];
  readonly bytes: boolean;
  readonly unit: string;
  readonly limit: (asked: Resources) => number;
}

const KINDS: readonly Kind[] = [
  {
    id: "cpu",
    title: "CPU",
    measures: [{ measure: "cpu", name: "used" }],
    bytes: false,
    unit: "cores",
    limit: ({ cpu_milli = 0 }) => cpu_milli / 1000,
  },
  {
    id: "memory",
    title: "Memory",
    measures: [{ measure: "memory", name: "used" }],
    bytes: true,
    unit: "",
    limit: ({ memory_bytes = 0 }) => memory_bytes,
  },
  {
    id: "gpu",
    title: "GPU",
    measures: [{ measure: "gpu", name: "busy" }],
    bytes: false,
    unit: "GPUs",
    limit: ({ gpus = 0 }) => gpus,
  },
  {
    id: "gpu_memory",
    title: "GPU memory",
    measures: [{ measure: "gpu_memory", name: "used" }],
    bytes: true,
    unit: "",
    limit: () => 0,
  },
  {
    id: "disk",
    title: "Disk",
    measures: [
      { measure: "read", name: "read" },
      { measure: "written", name: "written" },
    ],
    bytes: true,
    unit: "/s",
    limit: () => 0,
  },
  {
    id: "network",
    title: "Network (TCP)",
    measures: [
      { measure: "received", name: "received" },
      { measure: "sent", name: "sent" },
    ],
    bytes: true,
    unit: "/s",
    limit: () => 0,
  },
];

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
export const LIMIT = "asked for";

/** The charts of what is known; times count from the process's start. `colors` are those of lines, the limit's first. */
export function chartsOf(
  use: JobUse,
  asked: Resources,
  startedMs: number,
  colors: { readonly limit: string; readonly lines: readonly string[] },
): UseChart[] {
  const byMeasure = new Map(use.curves.filter((one) => one.x.length > 0).map((one) => [one.measure, one]));
  return KINDS.flatMap((kind) => {
    const found = kind.measures.flatMap(({ measure, name }) => {
      const curve = byMeasure.get(measure);
      return curve === undefined ? [] : [{ name, curve }];
    });
    if (found.length === 0) return [];
    const limit = kind.limit(asked);
    const highest = Math.max(0, ...found.flatMap(({ curve }) => curve.max));
    const power = kind.bytes ? powerOf(Math.max(highest, limit)) : 0;
    const size = 1024 ** power;
    const unit = kind.bytes ? `${BYTE_UNITS[power] ?? "B"}${kind.unit}` : kind.unit;
    const lines = found.map(({ name, curve }, index) =>
      toCurve(curve, name, colors.lines[index] ?? "#888888", startedMs, size),
    );
    const curves = limit > 0 ? [...lines, limitLine(lines, limit / size, colors.limit)] : lines;
    return [
      {
        id: kind.id,
        title: kind.title,
        unit,
        curves,
        peak: highest / size,
        limit: limit > 0 ? limit / size : null,
      },
    ];
  });
}

function powerOf(bytes: number): number {
  let power = 0;
  for (let left = bytes; left >= 1024 && power < BYTE_UNITS.length - 1; left /= 1024) power += 1;
  return power;
}

function toCurve(curve: UsageCurve, name: string, color: string, startedMs: number, size: number): Curve {
  const scaled = (values: readonly number[]) => values.map((value) => value / size);
  return {
    run: { runId: curve.measure, name, color },
    x: curve.x.map((at) => Math.max(0, at - startedMs)),
    mean: scaled(curve.mean),
    min: scaled(curve.min),
    max: scaled(curve.max),
    points: Math.max(curve.samples, curve.x.length),
    notFinite: 0,
  };
}

/** A level line from the first to the last sample. */
function limitLine(lines: readonly Curve[], value: number, color: string): Curve {
  const first = Math.min(...lines.map((line) => line.x[0] ?? 0));
  const last = Math.max(...lines.map((line) => line.x.at(-1) ?? 0));
  const level = [value, value];
  return {
    run: { runId: "limit", name: LIMIT, color, dash: [6, 3] },
    x: [first, last],
    mean: level,
    min: level,
    max: level,
    points: 2,
    notFinite: 0,
  };
}
