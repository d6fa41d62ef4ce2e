/**
 * Every colour, size and type step of the page. Nothing else names a raw value: components use the
 * CSS variables made from this file (`--tm-surface`, `--tm-space-2`, ...), canvases use it directly.
 */

export type Scheme = "light" | "dark";

export type ColorName = keyof typeof light;

const light = {
  canvas: "#f6f7f8",
  surface: "#ffffff",
  raised: "#ffffff",
  sunken: "#eef0f2",
  hover: "#f1f4f5",
  selected: "#e3f1f4",
  border: "#e2e6e9",
  "border-strong": "#c5ccd3",
  text: "#14191d",
  "text-dim": "#525c66",
  "text-faint": "#65707b",
  accent: "#0a6c7e",
  "accent-strong": "#075766",
  "accent-soft": "#e0f0f3",
  "on-accent": "#ffffff",
  ok: "#17754a",
  "ok-soft": "#e2f3ea",
  bad: "#c02b31",
  "bad-soft": "#fdebeb",
  busy: "#1863c6",
  "busy-soft": "#e6effb",
  warn: "#8a5a00",
  "warn-soft": "#fbf1dc",
  shadow: "rgb(16 24 32 / 12%)",
};

const dark: typeof light = {
  canvas: "#0d1113",
  surface: "#13181b",
  raised: "#1a2024",
  sunken: "#0a0d0f",
  hover: "#191f23",
  selected: "#12313a",
  border: "#242b30",
  "border-strong": "#3b454d",
  text: "#e7ebee",
  "text-dim": "#a6b0b9",
  "text-faint": "#8c97a1",
  accent: "#5cc6d8",
  "accent-strong": "#86d8e6",
  "accent-soft": "#10333c",
  "on-accent": "#062328",
  ok: "#4cc48a",
  "ok-soft": "#123024",
  bad: "#ff8c8f",
  "bad-soft": "#3b1a1d",
  busy: "#7ab5ff",
  "busy-soft": "#152a47",
  warn: "#eab04a",
  "warn-soft": "#33270f",
  shadow: "rgb(0 0 0 / 50%)",
};

export const colors: Record<Scheme, typeof light> = { light, dark };

/** Pixels. `space-1` is 4 px. */
export const spacing = [0, 4, 8, 12, 16, 24, 32, 48] as const;

export const radius = { small: 4, medium: 6, large: 10 } as const;

export const type = {
  sans: '"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  mono: 'ui-monospace, "SF Mono", "JetBrains Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  /** Pixels: table and labels, body, section heading, page heading. */
  size: { small: 12, body: 13, heading: 15, title: 20 },
} as const;

/** Pixels. */
export const layout = { rail: 76, header: 48, bottomBar: 56, row: 32, narrow: 720 } as const;

/** The name of a set of line colours. Both stay apart under the three kinds of colour blindness. */
export type PaletteName = "tide" | "ember";

/** Colours for lines, in the order in which runs take them; 3:1 or more against the chart's ground. */
export const linePalettes: Record<PaletteName, Record<Scheme, readonly string[]>> = {
  tide: {
    light: ["#0971b9", "#b94700", "#0e9b7a", "#a8388b", "#bb8600", "#0f408e", "#7d162a", "#5e6367"],
    dark: ["#71c0ff", "#ed7f37", "#04b28b", "#df83b9", "#dbae10", "#869bfe", "#c24f5d", "#cacfda"],
  },
  ember: {
    light: ["#222186", "#ad0900", "#0b7532", "#0a8fb4", "#953486", "#96821d", "#691406", "#6d7883"],
    dark: ["#968ff2", "#f26d45", "#67bb5e", "#38bee2", "#c35ca6", "#decd5d", "#af765c", "#abacb8"],
  },
};

/** When colours run out, the next round of lines takes the next dash. Lengths in pixels. */
export const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [9, 3, 2, 3]];
