import { plainText } from "./ansi";

/** A line of a log, as far as looking for an error needs it. */
export interface ErrorLine {
  readonly stream: string;
  readonly text: string;
}

export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly inside: string;
  readonly code: string;
  /** Of the person's own code, not of a library or of Python. */
  readonly own: boolean;
  /** Which of the lines it stands in. */
  readonly at: number;
}

/** What went wrong, as far as the log tells. */
export interface FoundError {
  /** The exception's line, or the line that looks most like an error. */
  readonly headline: string;
  /** Which of the lines that is. */
  readonly at: number;
  /** Innermost last; empty where there was no Python traceback. */
  readonly frames: readonly Frame[];
  /** Where to look first: the innermost frame of one's own code. */
  readonly ownFrame: Frame | null;
}

const BEGIN = /^\s*(?:[|+]\s)*\s*(?:\+ )?(?:Exception Group )?Traceback \(most recent call last\):/;
const FRAME = /^(?:[\s|]*)File "(.+)", line (\d+)(?:, in (.+))?$/;
const FOREIGN =
  /(?:^|\/)(?:site-packages|dist-packages|lib\/python3[^/]*|runpy\.py|tidemill\/(?:runtime|sdk|kit))(?:\/|$)|^<frozen /;
const LOOKS_WRONG =
  /\b(?:error|exception|fatal|panic(?:ked)?|segmentation fault|killed|cannot|could not|no such file|not found|denied|failed)\b/i;

/** Finds the error that ended a program among the last lines of its log; null where nothing looks like one. */
export function findError(lines: readonly ErrorLine[]): FoundError | null {
  const texts = lines.map((line) => plainText(line.text));
  return lastTraceback(lines, texts) ?? lastWrongLine(lines, texts);
}

function lastTraceback(lines: readonly ErrorLine[], texts: readonly string[]): FoundError | null {
  for (let begin = texts.length - 1; begin >= 0; begin -= 1) {
    if (!BEGIN.test(texts[begin] ?? "")) continue;
    // What another stream said in between is no part of it.
    const stream = lines[begin]?.stream;
    const found = readTraceback(
      texts.map((text, at) => (lines[at]?.stream === stream ? text : "")),
      begin,
    );
    if (found !== null) return found;
  }
  return null;
}

/** Reads frames until a line that is not indented more than the traceback's head: the exception. */
function readTraceback(texts: readonly string[], begin: number): FoundError | null {
  const margin = marginOf(texts[begin] ?? "");
  const frames: Frame[] = [];
  for (let at = begin + 1; at < texts.length; at += 1) {
    const text = texts[at] ?? "";
    const frame = FRAME.exec(text);
    if (frame !== null) {
      const [, file = "", line = "0", inside = ""] = frame;
      const next = texts.slice(at + 1).find((line) => line !== "") ?? "";
      const code = FRAME.test(next) || marginOf(next) <= margin ? "" : next.replace(/^[\s|]+/, "").trim();
      frames.push({ file, line: Number(line), inside, code, own: !FOREIGN.test(file), at });
    } else if (text.trim() !== "" && marginOf(text) <= margin) {
      const own = frames.filter((one) => one.own);
      const headline = text.replace(/^[\s|]+/, "").trim();
      return { headline, at, frames, ownFrame: own.at(-1) ?? null };
    }
  }
  return null;
}

function lastWrongLine(lines: readonly ErrorLine[], texts: readonly string[]): FoundError | null {
  const looksWrong = (at: number) => LOOKS_WRONG.test(texts[at] ?? "");
  const spoken = lines.map((_, at) => at).filter((at) => (texts[at] ?? "").trim() !== "");
  const fromEnd = [...spoken].reverse();
  const at =
    fromEnd.find((one) => lines[one]?.stream === "stderr" && looksWrong(one)) ??
    fromEnd.find(looksWrong) ??
    fromEnd.find((one) => lines[one]?.stream === "stderr");
  if (at === undefined) return null;
  return { headline: (texts[at] ?? "").trim(), at, frames: [], ownFrame: null };
}

function marginOf(text: string): number {
  return /^[\s|+-]*/.exec(text)?.[0].length ?? 0;
}
