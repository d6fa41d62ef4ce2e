/** Rows of a table read from text. */
export interface ParsedTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads RFC 4180 text: quoted fields, doubled quotes, line ends inside quotes. The delimiter is found by the
 * header line when `delimiter` is not given. Rows keep the length they have.
 */
export function parseTable(text: string, delimiter?: string): ParsedTable {
  const body = text.replace(/^\uFEFF/, "");
  const records = readRecords(body, delimiter ?? guessDelimiter(body));
  const [header = [], ...rows] = records;
  return { header, rows };
}

/** Whether every value of a column that is there reads as a number. */
export function isNumeric(rows: readonly (readonly string[])[], column: number, sample = 200): boolean {
  let seen = 0;
  for (const row of rows.slice(0, sample)) {
    const value = (row[column] ?? "").trim();
    if (value === "") continue;
    if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$|^[-+]?(nan|inf|infinity)$/i.test(value)) return false;
    seen += 1;
  }
  return seen > 0;
}

function guessDelimiter(text: string): string {
  const line = text.slice(0, text.search(/\r|\n|$/));
  const counts = [",", "\t", ";", "|"].map((sign) => ({ sign, count: line.split(sign).length }));
  return counts.sort((a, b) => b.count - a.count)[0]?.sign ?? ",";
}

function readRecords(text: string, delimiter: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [value, end] =
      text[at] === '"' ? quotedField(text, at, delimiter) : plainField(text, at, delimiter);
    record.push(value);
    if (text[end] === delimiter) {
      at = end + 1;
      // A delimiter at the very end leaves one more, empty field.
      if (at === text.length) record.push("");
    } else {
      records.push(record);
      record = [];
      at = text[end] === "\r" && text[end + 1] === "\n" ? end + 2 : end + 1;
    }
  }
  if (record.length > 0) records.push(record);
  return records.filter((one) => one.length > 1 || one[0] !== "");
}

/** The field that begins at `from`, and the place of the sign that ends it. */
function plainField(text: string, from: number, delimiter: string): [string, number] {
  let end = from;
  while (end < text.length && text[end] !== delimiter && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return [text.slice(from, end), end];
}

function quotedField(text: string, from: number, delimiter: string): [string, number] {
  let value = "";
  let at = from + 1;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return [value + text.slice(at), text.length];
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      // What follows a closing quote belongs to no field of the grammar; it is kept, not lost.
      const [rest, end] = plainField(text, quote + 1, delimiter);
      return [value + rest, end];
    }
    value += '"';
    at = quote + 2;
  }
  return [value, text.length];
}
