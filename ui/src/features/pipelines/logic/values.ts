/** A value as one line of text: text as it is, the rest as JSON. */
export function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A value to be read: what has parts, over several lines. */
export function valueBlock(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every(isPlain))
    return `[${value.map((one) => JSON.stringify(one)).join(", ")}]`;
  const line = JSON.stringify(value);
  return line.length <= 80 ? line : JSON.stringify(value, null, 2);
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

/** kfp's `pipelinechannel--fit-Output` is the output of a task for whoever reads it. */
export function plainName(name: string): string {
  return name.replace(/^pipelinechannel--/, "");
}

/** `a failed: b failed: c failed: why` without those that failed only because of what is in them. */
export function innermost(error: string): string {
  return error.replace(/^(?:[^\s:]+(?: \d+)? failed: )+(?=[^\s:]+(?: \d+)? failed: )/, "");
}
