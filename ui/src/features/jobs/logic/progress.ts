import type { JobRow } from "@/api/compute/types";
import { formatNumber } from "@/lib/numbers";

export type Progress = NonNullable<JobRow["progress"]>;

const DIGITS = 6;

/** "45 %"; a hundred is what is done, not what is almost. Null where nobody knows of how many. */
export function percentText({ fraction }: Progress): string | null {
  return fraction === null ? null : `${Math.floor(fraction * 100)} %`;
}

/** "45 of 100", or "45" where nobody knows of how many. */
export function amountText({ done, total }: Progress): string {
  const amount = formatNumber(done, DIGITS);
  return total === null ? amount : `${amount} of ${formatNumber(total, DIGITS)}`;
}
