import type { ReactNode } from "react";
import { ansiPieces } from "../logic/ansi";
import { splitAt } from "../logic/marks";
import classes from "./AnsiText.module.css";

/** A line of a log in the colours that it asks for. What it says is text, whatever it looks like. */
export function AnsiText({ text, find = "" }: { text: string; find?: string }): ReactNode {
  const pieces = ansiPieces(text);
  if (pieces.length === 0) return "\u200b";
  return pieces.map((piece, index) => (
    <span
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name, and never move.
      key={index}
      className={classes.piece}
      data-color={piece.color ?? undefined}
      data-bold={piece.bold || undefined}
      data-dim={piece.dim || undefined}
      data-underline={piece.underline || undefined}
    >
      {find === "" ? piece.text : <Marked text={piece.text} find={find} />}
    </span>
  ));
}

function Marked({ text, find }: { text: string; find: string }) {
  return splitAt(text, find).map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name, and never move.
    index % 2 === 1 ? <mark key={index}>{part}</mark> : part,
  );
}
