import { describe, expect, it } from "vitest";
import { colors, type Scheme } from "@/design/tokens";
import { rampColor } from "./ramp";

const SCHEMES: Scheme[] = ["light", "dark"];

describe.each(SCHEMES)("the ramp on %s", (scheme) => {
  const shades = Array.from({ length: 11 }, (_, i) => luminance(rampColor(i / 10, scheme)));

  it("gets lighter all the way", () => {
    expect(shades).toEqual([...shades].sort((a, b) => a - b));
  });

  it("stands out from the ground everywhere", () => {
    const ground = luminance(colors[scheme].surface);
    for (const shade of shades) {
      const contrast = (Math.max(shade, ground) + 0.05) / (Math.min(shade, ground) + 0.05);
      expect(contrast).toBeGreaterThanOrEqual(3);
    }
  });

  it("ends at its ends", () => {
    expect(rampColor(-1, scheme)).toBe(rampColor(0, scheme));
    expect(rampColor(2, scheme)).toBe(rampColor(1, scheme));
  });
});

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
