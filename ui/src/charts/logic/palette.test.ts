import { describe, expect, it } from "vitest";
import { colors, linePalettes, type PaletteName, type Scheme } from "@/design/tokens";

type Rgb = readonly [number, number, number];
type Matrix = readonly [Rgb, Rgb, Rgb];

/** How each kind of colour blindness sees linear RGB (Machado, Oliveira and Fernandes 2009, full strength). */
const SIGHTS: Record<string, Matrix> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
/** CIE76 distance below which two thin lines are hard to tell apart. */
const APART = 10;

const cases = (Object.keys(linePalettes) as PaletteName[]).flatMap((name) =>
  (["light", "dark"] as Scheme[]).map((scheme) => ({ name, scheme, set: linePalettes[name][scheme] })),
);

describe.each(cases)("palette $name on $scheme", ({ scheme, set }) => {
  it.each(Object.keys(SIGHTS))("keeps its lines apart for %s sight", (sight) => {
    const seen = set.map((hex) => toLab(apply(SIGHTS[sight] as Matrix, toLinear(hex))));
    const close = seen.flatMap((a, i) =>
      seen.slice(i + 1).map((b, j) => ({ pair: `${set[i]} ${set[i + 1 + j]}`, d: distance(a, b) })),
    );
    expect(close.filter(({ d }) => d < APART)).toEqual([]);
  });

  it("has a contrast of 3:1 with the chart's ground", () => {
    const ground = luminance(toLinear(colors[scheme].surface));
    for (const hex of set) expect(contrast(luminance(toLinear(hex)), ground), hex).toBeGreaterThanOrEqual(3);
  });
});

function toLinear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function apply(matrix: Matrix, [r, g, b]: Rgb): Rgb {
  const row = (m: Rgb) => Math.min(1, Math.max(0, m[0] * r + m[1] * g + m[2] * b));
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

function luminance([r, g, b]: Rgb): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function toLab([r, g, b]: Rgb): Rgb {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function distance(a: Rgb, b: Rgb): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
