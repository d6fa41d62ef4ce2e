import { useState } from "react";
import type { LogLine } from "@/api/compute/logs";
import { plural } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import type { Target } from "@/lib/paths";
import type { FoundError, Frame } from "../logic/traceback";
import classes from "./WhyTab.module.css";

interface ErrorFramesProps {
  error: FoundError;
  lines: readonly LogLine[];
  log: Target;
}

/** The error, and the way to it: one's own code first, what libraries did between when it is asked for. */
export function ErrorFrames({ error, lines, log }: ErrorFramesProps) {
  const [all, setAll] = useState(false);
  const { ownFrame, frames, headline } = error;
  const others = frames.length - (ownFrame === null ? 0 : 1);
  const at = lines[ownFrame?.at ?? error.at];
  const hash = at?.number === null || at === undefined ? "" : `#L${at.number}`;
  return (
    <section className={classes.error} aria-label="The error">
      <code className={classes.exception}>{headline}</code>
      {ownFrame !== null && <FrameLines frame={ownFrame} strong />}
      {all &&
        [...frames]
          .reverse()
          .filter((frame) => frame !== ownFrame)
          .map((frame) => <FrameLines key={frame.at} frame={frame} />)}
      <div className={classes.links}>
        <PageLink page={log} hash={hash.slice(1)}>
          Open the log here
        </PageLink>
        {others > 0 && (
          <button type="button" onClick={() => setAll(!all)} aria-expanded={all}>
            {all ? "Fewer frames" : `${plural(others, "more frame")}`}
          </button>
        )}
      </div>
    </section>
  );
}

function FrameLines({ frame, strong = false }: { frame: Frame; strong?: boolean }) {
  return (
    <div className={classes.frame} data-strong={strong || undefined} data-own={frame.own || undefined}>
      <span>
        <b>{shortFile(frame.file)}</b>:{frame.line}
        {frame.inside !== "" && ` in ${frame.inside}`}
      </span>
      {frame.code !== "" && <code>{frame.code}</code>}
    </div>
  );
}

/** A file below its library, or with its last folders: the rest is the machine's. */
function shortFile(file: string): string {
  const library = /(?:site|dist)-packages\/(.+)$/.exec(file);
  if (library?.[1] !== undefined) return library[1];
  return file.split("/").slice(-2).join("/");
}
