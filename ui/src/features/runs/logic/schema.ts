/** A column of a data set or a model's signature. */
export interface SchemaColumn {
  readonly name: string;
  readonly type: string;
  readonly required: boolean | null;
}

/** The columns that a data set's schema names, or null when it is written in another way. */
export function schemaColumns(schema: string | null): SchemaColumn[] | null {
  const parsed = parseJson(schema);
  if (!isRecord(parsed)) return null;
  const columns = parsed.mlflow_colspec ?? tensorColumns(parsed.mlflow_tensorspec);
  if (!Array.isArray(columns)) return null;
  return columns.filter(isRecord).map((column, index) => ({
    name: typeof column.name === "string" ? column.name : `column ${index}`,
    type: typeText(column),
    required: typeof column.required === "boolean" ? column.required : null,
  }));
}

/** What a data set's source comes down to: an address, a path, a script; the text itself when nothing is known. */
export function sourceText(source: string): string {
  const parsed = parseJson(source);
  if (!isRecord(parsed)) return source;
  const tags = isRecord(parsed.tags) ? parsed.tags : {};
  const candidates = [
    parsed.url,
    parsed.uri,
    parsed.path,
    parsed.delta_table_name,
    tags["mlflow.source.name"],
  ];
  const found = candidates.find((value) => typeof value === "string" && value !== "");
  return typeof found === "string" ? found : source;
}

/** "num_rows: 1797" and the like, from a data set's profile. */
export function profileFacts(profile: string | null): [string, string][] {
  const parsed = parseJson(profile);
  if (!isRecord(parsed)) return profile ? [["profile", profile]] : [];
  return Object.entries(parsed).map(([key, value]) => [
    key.replace(/^num_/, "").replaceAll("_", " "),
    typeof value === "number" ? value.toLocaleString("en") : JSON.stringify(value),
  ]);
}

function tensorColumns(spec: unknown): unknown {
  if (Array.isArray(spec)) return spec;
  if (!isRecord(spec)) return undefined;
  // {"features": [...], "targets": [...]}, each a list or one tensor.
  return Object.entries(spec).flatMap(([name, value]) => {
    const tensors = Array.isArray(value) ? value : [value];
    return tensors.filter(isRecord).map((tensor) => ({ name, ...tensor }));
  });
}

function typeText(column: Record<string, unknown>): string {
  const tensor = column["tensor-spec"];
  if (isRecord(tensor)) return `${String(tensor.dtype)}${JSON.stringify(tensor.shape ?? [])}`;
  if (column.type === "array" && isRecord(column.items)) return `array of ${typeText(column.items)}`;
  return typeof column.type === "string" ? column.type : "unknown";
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
