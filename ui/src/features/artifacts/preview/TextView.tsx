import { useMemo, useState } from "react";
import { ErrorMessage } from "@/lib/Message";
import { formatBytes, formatCount } from "@/lib/numbers";
import { findLines, toLines } from "../logic/lines";
import { Lines } from "./Lines";
import type { FileViewProps } from "./Preview";
import classes from "./Preview.module.css";
import { useTail } from "./useTail";
import { useText } from "./useText";

/** Read at once; more is read on demand. */
const PART_BYTES = 512 * 1024;

/** A text with line numbers, from its start or from its end. */
export default function TextView({ url, facts }: FileViewProps) {
  const [wrap, setWrap] = useState(false);
  const [find, setFind] = useState("");
  const [fromEnd, setFromEnd] = useState(false);
  const head = useText(url, facts.digest, PART_BYTES);
  const tail = useTail(url, facts, PART_BYTES, fromEnd);
  const text = fromEnd ? tail.text : head.text;
  const lines = useMemo(() => toLines(text), [text]);
  const shown = useMemo(() => findLines(lines, find), [lines, find]);
  const large = facts.size > PART_BYTES;
  const error = fromEnd ? tail.error : head.error;
  if (error && text === "") return <ErrorMessage title="The file could not be read" error={error} />;

  return (
    <>
      <div className={classes.bar}>
        <input
          type="search"
          className={classes.find}
          placeholder="Find lines"
          aria-label="Show only lines that hold this text"
          value={find}
          onChange={(event) => setFind(event.target.value)}
        />
        {find !== "" && <span role="status">{formatCount(shown.length)} lines</span>}
        <span className={classes.grow} />
        {large && (
          <span>
            {fromEnd
              ? `last ${formatBytes(Math.min(PART_BYTES, facts.size))} of ${formatBytes(facts.size)}`
              : head.more
                ? `first ${formatBytes(head.read)} of ${formatBytes(facts.size)}`
                : "whole file"}
          </span>
        )}
        {large && !fromEnd && head.more && (
          <button type="button" className={classes.button} onClick={head.loadMore} disabled={head.loading}>
            Read on
          </button>
        )}
        {large && (
          <button
            type="button"
            className={classes.button}
            aria-pressed={fromEnd}
            onClick={() => setFromEnd(!fromEnd)}
          >
            From the end
          </button>
        )}
        <button type="button" className={classes.button} aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
          Wrap
        </button>
      </div>
      <Lines lines={shown} wrap={wrap} numbered={!fromEnd || !large} stickToEnd={fromEnd} />
    </>
  );
}
