/** A stretch of text in one look. Colours are names of the page's own, never what the log says. */
export interface Piece {
  readonly text: string;
  readonly color: AnsiColor | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
}

export type AnsiColor = (typeof COLORS)[number];

const COLORS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
const PLAIN = { color: null, bold: false, dim: false, underline: false };
const ESCAPE = String.fromCharCode(27);
/** Colours and looks are kept; what moves cursors, sets titles and the like is dropped. */
const SEQUENCES = new RegExp(
  `${ESCAPE}(?:\\[([0-9;:]*)m|\\[[0-9;:?]*[ -/]*[@-~]|\\][^\\x07${ESCAPE}]*(?:\\x07|${ESCAPE}\\\\)?|\\[[0-9;:?]*$|[@-Z\\\\^_]?)`,
  "g",
);
/** Controls that have no picture; the tab has one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that go.
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f]/g;

/** The text without anything but itself. */
export function plainText(text: string): string {
  return lastOverwrite(text).replace(SEQUENCES, "").replace(CONTROLS, "");
}

/** Cuts a line of a terminal into pieces of one look each. */
export function ansiPieces(written: string): Piece[] {
  const line = lastOverwrite(written);
  if (!line.includes(ESCAPE)) return asPieces(plainText(line), PLAIN);
  const pieces: Piece[] = [];
  let look: Omit<Piece, "text"> = PLAIN;
  let from = 0;
  for (const found of line.matchAll(SEQUENCES)) {
    pieces.push(...asPieces(line.slice(from, found.index).replace(CONTROLS, ""), look));
    if (found[1] !== undefined) look = looked(look, found[1]);
    from = found.index + found[0].length;
  }
  return [...pieces, ...asPieces(line.slice(from).replace(CONTROLS, ""), look)];
}

function asPieces(text: string, look: Omit<Piece, "text">): Piece[] {
  return text === "" ? [] : [{ text, ...look }];
}

function looked(look: Omit<Piece, "text">, codes: string): Omit<Piece, "text"> {
  let next = { ...look };
  const numbers = codes.split(/[;:]/).map((code) => Number(code || 0));
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at] ?? 0;
    if (code === 0) next = { ...PLAIN };
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 4) next.underline = true;
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 24) next.underline = false;
    else if (code >= 30 && code <= 37) next.color = COLORS[code - 30] ?? null;
    else if (code >= 90 && code <= 97) next.color = COLORS[code - 90] ?? null;
    else if (code === 39) next.color = null;
    // A colour of 256 or of millions: its numbers are skipped, only the first sixteen have a name.
    else if (code === 38 || code === 48) {
      const named = numbers[at + 1] === 5 ? (numbers[at + 2] ?? 99) : 99;
      if (code === 38) next.color = named < 16 ? (COLORS[named % 8] ?? null) : null;
      at += numbers[at + 1] === 2 ? 4 : 2;
    }
  }
  return next;
}

/** A progress bar writes over itself: what is seen is what was written last. */
function lastOverwrite(text: string): string {
  if (!text.includes("\r")) return text;
  return text.split("\r").findLast((part) => part.replace(SEQUENCES, "") !== "") ?? "";
}
