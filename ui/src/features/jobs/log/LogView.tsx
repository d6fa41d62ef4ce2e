import { useVirtualizer } from "@tanstack/react-virtual";
import { type Ref, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import { formatDateTime } from "@/lib/times";
import { AnsiText } from "./AnsiText";
import classes from "./LogView.module.css";
import type { Row } from "./segment";

export interface LogViewHandle {
  toRow: (index: number) => void;
  toEnd: () => void;
}

interface LogViewProps {
  rows: readonly Row[];
  wrap: boolean;
  times: boolean;
  /** With the rank before each line: where several processes are read together. */
  ranks: boolean;
  /** The row that one came for; -1 for none. */
  marked: number;
  /** What is looked for, to be seen in the lines. */
  find: string;
  /** Keep to the end while lines come. */
  follow: boolean;
  onFollow: (follow: boolean) => void;
  onTop: () => void;
  onBottom: () => void;
  onNumber: (row: Row) => void;
  ref?: Ref<LogViewHandle>;
}

const LINE_PX = 19;
/** So near to the end one reads the end. */
const NEAR_PX = 40;
/** From so near to an edge on more is loaded. */
const LOAD_PX = 600;

/** Lines of a log, of which only those in view are drawn. */
export function LogView(props: LogViewProps) {
  const { rows, wrap, times, ranks, marked, find, follow, onFollow, onTop, onBottom, onNumber, ref } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE_PX,
    overscan: 30,
    getItemKey: useCallback((index: number) => `${rows[index]?.rank}.${rows[index]?.offset}`, [rows]),
  });
  useKeptPlace(rows, virtual);

  const toEnd = useCallback(() => {
    if (rows.length > 0) virtual.scrollToIndex(rows.length - 1, { align: "end" });
  }, [rows.length, virtual]);
  useImperativeHandle(
    ref,
    () => ({ toEnd, toRow: (index) => virtual.scrollToIndex(index, { align: "center" }) }),
    [toEnd, virtual],
  );
  useLayoutEffect(() => {
    if (follow) toEnd();
  }, [follow, toEnd]);

  const onScroll = () => {
    const element = scroll.current;
    if (element === null) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (element.scrollTop < LOAD_PX && !follow) onTop();
    if (below < LOAD_PX) onBottom();
    if (follow && below > NEAR_PX * 3) onFollow(false);
    if (!follow && below < 2) onFollow(true);
  };
  // A log that does not fill the window has no scrolling to ask for more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only lines that came change what is in view.
  useEffect(onScroll, [rows.length]);

  const digits = String(rows.at(-1)?.number ?? "").length;
  const longest = wrap ? 0 : rows.reduce((most, row) => Math.max(most, row.text.length), 0);
  return (
    <section
      ref={scroll}
      className={classes.scroll}
      aria-label="Log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard.
      tabIndex={0}
      onScroll={onScroll}
    >
      <div
        className={classes.lines}
        style={{ height: virtual.getTotalSize(), minWidth: wrap ? undefined : `calc(${longest}ch + 200px)` }}
      >
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <div
              key={key}
              ref={wrap ? virtual.measureElement : undefined}
              data-index={index}
              className={classes.line}
              data-wrap={wrap}
              data-stream={row.stream}
              data-marked={index === marked || undefined}
              style={{ transform: `translateY(${start}px)` }}
            >
              {row.number !== null && (
                <button
                  type="button"
                  tabIndex={-1}
                  className={classes.number}
                  style={{ width: `${digits + 1}ch` }}
                  data-number={row.number}
                  aria-label={`Link to line ${row.number}`}
                  onClick={() => onNumber(row)}
                />
              )}
              {times && <span className={classes.time}>{timeText(row.at_ms)}</span>}
              {ranks && <span className={classes.rank}>{row.rank}</span>}
              <span className={classes.text}>
                {row.stream === "stderr" && <span className="tm-visually-hidden">stderr: </span>}
                <AnsiText text={row.text} find={find} />
              </span>
            </div>
          );
        })}
      </div>
    </section>
  );
}

/** Lines that are put before those in view must not move them. */
function useKeptPlace(
  rows: readonly Row[],
  virtual: { scrollOffset: number | null; scrollToOffset: (offset: number) => void },
): void {
  const before = useRef<{ rows: readonly Row[]; first: number | undefined }>({ rows: [], first: undefined });
  useLayoutEffect(() => {
    const { first } = before.current;
    const now = rows[0]?.offset;
    before.current = { rows, first: now };
    if (first === undefined || now === undefined || now >= first) return;
    const added = rows.findIndex((row) => row.offset === first);
    if (added > 0) virtual.scrollToOffset((virtual.scrollOffset ?? 0) + added * LINE_PX);
  }, [rows, virtual]);
}

/** The time of day to the millisecond; the date is known from the header. */
function timeText(ms: number): string {
  return `${formatDateTime(ms).slice(11)}.${String(ms % 1000).padStart(3, "0")}`;
}
