import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { TextLine } from "../logic/lines";
import classes from "./Lines.module.css";

interface LinesProps {
  lines: readonly TextLine[];
  wrap: boolean;
  numbered: boolean;
  /** Begin at the end: for the last part of a log. */
  stickToEnd?: boolean;
}

const LINE_PX = 19;

/** Lines of text, of which only those in view are drawn. */
export function Lines({ lines, wrap, numbered, stickToEnd = false }: LinesProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE_PX,
    overscan: 30,
  });
  useEffect(() => {
    if (stickToEnd && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: "end" });
  }, [stickToEnd, lines.length, virtual]);
  const digits = String(lines[lines.length - 1]?.number ?? 0).length;
  const longest = wrap ? 0 : lines.reduce((most, line) => Math.max(most, line.text.length), 0);
  const items = virtual.getVirtualItems();
  return (
    <section
      ref={scroll}
      className={classes.scroll}
      aria-label="Text"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard.
      tabIndex={0}
    >
      <div
        className={classes.lines}
        style={{
          height: virtual.getTotalSize(),
          minWidth: wrap ? undefined : `calc(${longest}ch + ${digits + 4}ch)`,
        }}
      >
        {items.map(({ index, start, key }) => {
          const line = lines[index];
          return line === undefined ? null : (
            <div
              key={key}
              ref={wrap ? virtual.measureElement : undefined}
              data-index={index}
              className={classes.line}
              data-wrap={wrap}
              data-numbered={numbered}
              style={{ transform: `translateY(${start}px)` }}
            >
              {numbered && (
                <span
                  className={classes.number}
                  style={{ width: `${digits + 1}ch` }}
                  data-number={line.number}
                />
              )}
              <span>{line.text}</span>
            </div>
          );
        })}
      </div>
    </section>
  );
}
