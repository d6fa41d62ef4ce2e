import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef } from "react";
import { formatDateTime } from "@/lib/times";
import { AnsiText } from "./AnsiText";
import classes from "./LogView.module.css";
import type { Row } from "./segment";

interface LogViewProps {
  rows: readonly Row[];
  wrap: boolean;
  times: boolean;
  /** With the rank before each line: where several processes are read together. */
  ranks: boolean;
  /** The row that is in view until the reader scrolls, whatever is loaded around it; -1 for none. */
  goal: number;
  /** Another object each time that one goes to a row. */
  going: object | null;
  /** The goal is what one came for, and is to be seen. */
  marked: boolean;
  /** What is looked for, to be seen in the lines. */
  find: string;
  /** Keep to the end while lines come. */
  follow: boolean;
  onFollow: (follow: boolean) => void;
  onTop: () => void;
  onBottom: () => void;
  onNumber: (row: Row) => void;
}

const LINE_PX = 19;
/** So near to the end one reads the end. */
const NEAR_PX = 40;
/** From so near to an edge on more is loaded. */
const LOAD_PX = 600;

/** Lines of a log, of which only those in view are drawn. */
export function LogView(props: LogViewProps) {
  const { rows, wrap, times, ranks, goal, going, marked, find, follow } = props;
  const { onFollow, onTop, onBottom, onNumber } = props;
  const scroll = useRef<HTMLDivElement>(null);
  /** Scrolling by the reader says what is wanted; the browser's own, when lines come and go, says nothing. */
  const byReader = useRef(false);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE_PX,
    overscan: 30,
    getItemKey: useCallback((index: number) => `${rows[index]?.rank}.${rows[index]?.offset}`, [rows]),
  });
  useKeptPlace(rows, virtual, byReader);
  const held = follow ? rows.length - 1 : goal;
  // biome-ignore lint/correctness/useExhaustiveDependencies: one keeps to the goal anew when one goes anew.
  useLayoutEffect(() => {
    byReader.current = false;
  }, [going]);
  useLayoutEffect(() => {
    if (follow) byReader.current = false;
  }, [follow]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines that come around it move it.
  useLayoutEffect(() => {
    if (held < 0 || (byReader.current && !follow)) return;
    virtual.scrollToIndex(held, { align: follow ? "end" : "center" });
  }, [rows, going, held, follow, virtual]);

  const onScroll = () => {
    const element = scroll.current;
    if (element === null) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (element.scrollTop < LOAD_PX && !follow) onTop();
    if (below < LOAD_PX) onBottom();
    if (!byReader.current) return;
    if (follow && below > NEAR_PX * 3) onFollow(false);
    if (!follow && below < 2) onFollow(true);
  };
  const onReader = () => {
    byReader.current = true;
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
      onWheel={onReader}
      onTouchMove={onReader}
      onPointerDown={onReader}
      onKeyDown={onReader}
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
              data-marked={(marked && index === goal) || undefined}
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
  byReader: { readonly current: boolean },
): void {
  const before = useRef<{ rows: readonly Row[]; first: number | undefined }>({ rows: [], first: undefined });
  useLayoutEffect(() => {
    const { first } = before.current;
    const now = rows[0]?.offset;
    before.current = { rows, first: now };
    if (first === undefined || now === undefined || now >= first) return;
    const added = rows.findIndex((row) => row.offset === first);
    if (added > 0 && byReader.current) virtual.scrollToOffset((virtual.scrollOffset ?? 0) + added * LINE_PX);
  }, [rows, virtual, byReader]);
}

/** The time of day to the millisecond; the date is known from the header. */
function timeText(ms: number): string {
  return `${formatDateTime(ms).slice(11)}.${String(ms % 1000).padStart(3, "0")}`;
}
