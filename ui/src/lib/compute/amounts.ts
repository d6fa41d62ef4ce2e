import type { Resources } from "@/api/compute/types";
import { formatBytes } from "@/lib/numbers";

const UNITS: Record<string, number> = {
  "": 1,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Cores as people read them: 500 as "0.5", 2000 as "2". */
export function formatCores(milli: number): string {
  return String(Math.round(milli) / 1000);
}

/** The same of what is used, which nobody wants to the thousandth: 1991 as "1.99". */
export function formatUsedCores(milli: number): string {
  return String(Math.round(milli / 10) / 100);
}

/** Thousandths of a core that "2", "0.5" or "500m" stand for; null for what is no amount of cpu. */
export function parseCores(text: string): number | null {
  const found = /^(\d{1,9}(?:\.\d{1,9})?)(m?)$/.exec(text.trim());
  if (found === null) return null;
  return Math.round(Number(found[1]) * (found[2] === "m" ? 1 : 1000));
}

/** Bytes that "4Gi", "512M" or "1.5G" stand for; null for what is no amount of bytes. */
export function parseBytes(text: string): number | null {
  const found = /^(\d{1,18}(?:\.\d{1,9})?)\s*([kKMGT]i?|)B?$/.exec(text.trim());
  const unit = UNITS[found?.[2] ?? ""];
  if (found === null || unit === undefined) return null;
  return Math.round(Number(found[1]) * unit);
}

/** Bytes in the form that `parseBytes` reads back: "4Gi", "1.5Gi", "100". */
export function writeBytes(bytes: number): string {
  for (const unit of ["Ti", "Gi", "Mi", "Ki"]) {
    const size = UNITS[unit] ?? 1;
    if (bytes >= size && (bytes * 10) % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

/** What each process asks for: "2 cpu · 4.0 GiB · 1 gpu". */
export function resourcesText(resources: Resources): string {
  const { cpu_milli = 0, memory_bytes = 0, gpus = 0, disk_bytes = 0 } = resources;
  const parts: string[] = [];
  if (cpu_milli > 0) parts.push(`${formatCores(cpu_milli)} cpu`);
  if (memory_bytes > 0) parts.push(formatBytes(memory_bytes));
  if (gpus > 0) parts.push(`${gpus} gpu`);
  if (disk_bytes > 0) parts.push(`${formatBytes(disk_bytes)} disk`);
  return parts.join(" · ") || "nothing";
}
