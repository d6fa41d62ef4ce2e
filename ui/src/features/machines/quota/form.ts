import type { QuotaSettings } from "@/api/compute/types";
import { formatCores, parseBytes, parseCores, writeBytes } from "@/lib/compute/amounts";

/** What stands in the fields; empty limits are none. */
export interface QuotaForm {
  readonly cpu: string;
  readonly memory: string;
  readonly gpus: string;
  readonly workloads: string;
  readonly cohort: string;
  readonly weight: string;
  readonly may_borrow: boolean;
  readonly may_preempt: boolean;
}

export type QuotaErrors = Partial<Record<keyof QuotaForm, string>>;

export function formOf(quota: QuotaSettings | null): QuotaForm {
  const text = (value: number | null | undefined, write: (value: number) => string = String) =>
    value === null || value === undefined ? "" : write(value);
  return {
    cpu: text(quota?.cpu_milli, formatCores),
    memory: text(quota?.memory_bytes, writeBytes),
    gpus: text(quota?.gpus),
    workloads: text(quota?.workloads),
    cohort: quota?.cohort ?? "",
    weight: String(quota?.weight ?? 1),
    may_borrow: quota?.may_borrow ?? true,
    may_preempt: quota?.may_preempt ?? false,
  };
}

/** The quota that the fields ask for, and what is wrong with them. */
export function quotaOf(form: QuotaForm): { quota: QuotaSettings; errors: QuotaErrors } {
  const errors: QuotaErrors = {};
  const limit = (
    field: "cpu" | "memory" | "gpus" | "workloads",
    read: (text: string) => number | null,
    say: string,
  ) => {
    if (form[field].trim() === "") return null;
    const value = read(form[field]);
    if (value === null) errors[field] = say;
    return value;
  };
  const weight = whole(form.weight) ?? 0;
  if (weight < 1 || weight > 1000) errors.weight = "Write 1 to 1000";
  return {
    quota: {
      cpu_milli: limit("cpu", parseCores, "Write cores: 8 or 0.5"),
      memory_bytes: limit("memory", parseBytes, "Write a number and a unit: 64Gi"),
      gpus: limit("gpus", whole, "Write a whole number"),
      workloads: limit("workloads", whole, "Write a whole number"),
      cohort: form.cohort.trim(),
      may_borrow: form.may_borrow,
      may_preempt: form.may_preempt,
      weight,
    },
    errors,
  };
}

function whole(text: string): number | null {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : null;
}
