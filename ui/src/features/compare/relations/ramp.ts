import type { Scheme } from "@/design/tokens";

/**
 * Stops of a ramp that only gets lighter (darker on a dark ground), in the manner of viridis: its order is
 * seen without seeing colours. The faint end of each still stands out from the ground.
 */
const STOPS: Record<Scheme, readonly string[]> = {
  light: ["#2a0a4a", "#443a83", "#2c6f8e", "#1f8f7f", "#3d9b50"],
  dark: ["#5f6fd0", "#3aa3c9", "#35c09a", "#8ed645", "#fde725"],
};

/** The colour at `share` (0 to 1) of the ramp. */
export function rampColor(share: number, scheme: Scheme): string {
  const stops = STOPS[scheme];
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(at));
  const [from, to] = [stops[below] ?? "#000000", stops[below + 1] ?? "#000000"];
  const mixed = [1, 3, 5].map((place) => {
    const [a, b] = [channel(from, place), channel(to, place)];
    return Math.round(a + (b - a) * (at - below));
  });
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function channel(hex: string, place: number): number {
  return Number.parseInt(hex.slice(place, place + 2), 16);
}
