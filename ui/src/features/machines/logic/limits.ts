import type { Node } from "@/api/compute/types";

/** What a machine holds its processes to, in a sentence. */
export function limitsText(limits: Node["limits"]): string {
  if (limits === null) return "Which limits it enforces is known to the server that runs it.";
  const memory =
    limits.memory === "kernel"
      ? "Memory is held to the byte by the kernel"
      : "Memory is watched twice a second: what goes over is ended";
  const cpu =
    limits.cpu === "kernel" ? "CPU is held by the kernel" : "CPU is not enforced: threads are only advised";
  return `${memory}. ${cpu}.`;
}
