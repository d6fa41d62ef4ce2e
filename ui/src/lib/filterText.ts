/** A text as a string of MLflow's search grammar, or null when it holds both kinds of quotes. */
export function quoted(text: string): string | null {
  if (!text.includes("'")) return `'${text}'`;
  if (!text.includes('"')) return `"${text}"`;
  return null;
}

/** A field of the grammar: `metrics.loss`, or with backticks where the key needs them: metrics.`val/acc`. */
export function fieldName(kind: "metrics" | "params" | "tags" | "attributes", key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `${kind}.${key}` : `${kind}.\`${key}\``;
}

/** A filter for runs whose name holds `text`, or whose id begins with it; null when it cannot be asked. */
export function runNameFilter(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (/^[0-9a-f]{8,32}$/.test(trimmed)) return `attributes.run_id LIKE '${trimmed}%'`;
  const pattern = quoted(`%${trimmed}%`);
  return pattern === null ? null : `attributes.run_name ILIKE ${pattern}`;
}
