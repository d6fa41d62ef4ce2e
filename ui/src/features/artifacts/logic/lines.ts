/** One line of a text as it is shown. */
export interface TextLine {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
}

/** Longer lines are cut: no screen and no browser wants a megabyte in one line. */
export const LINE_MAX = 5000;

/** Lines of a text, without the empty one behind the last line end. Colour codes of terminals are left out. */
export function toLines(text: string): TextLine[] {
  const lines = text.replace(TERMINAL_CODES, "").split(/\r\n|\n|\r/);
  if (lines[lines.length - 1] === "") lines.pop();
  return lines.map((line, index) => ({ number: index + 1, text: cut(line) }));
}

/** The lines that hold `find`, in any case. */
export function findLines(lines: readonly TextLine[], find: string): readonly TextLine[] {
  const wanted = find.toLowerCase();
  return wanted === "" ? lines : lines.filter((line) => line.text.toLowerCase().includes(wanted));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
const TERMINAL_CODES = /\u001b\[[0-9;]*[A-Za-z]/g;

function cut(line: string): string {
  if (line.length <= LINE_MAX) return line;
  return `${line.slice(0, LINE_MAX)} … ${(line.length - LINE_MAX).toLocaleString("en")} more characters`;
}
