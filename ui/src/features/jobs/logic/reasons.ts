import type { JobRow } from "@/api/compute/types";

/** What a row says under its state: why it waits, or how it came to be as it is. */
export function reasonText({
  state,
  reason,
  why,
  place,
}: Pick<JobRow, "state" | "reason" | "why" | "place">): string {
  if (state === "queued") {
    const where = place === null ? "" : `${ordinal(place)} in line: `;
    return `${where}${why || reason}`;
  }
  // The state says it already.
  return reason === state ? "" : reason;
}

/** 1 as "1st", 12 as "12th". */
export function ordinal(number: number): string {
  const tens = number % 100;
  const suffix = tens > 10 && tens < 14 ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${suffix}`;
}
