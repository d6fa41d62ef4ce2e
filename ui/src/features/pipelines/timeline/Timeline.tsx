import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type WheelEvent } from "react";
import { jobTimesQuery } from "@/api/pipelines/runs";
import type { PipelineRun } from "@/api/pipelines/types";
import { layout as sizes } from "@/design/tokens";
import { formatDuration } from "@/lib/times";
import { useSeconds } from "@/lib/useSeconds";
import { useWorkspace } from "@/lib/workspace";
import { isLive } from "../logic/states";
import { PipelineState } from "../state/PipelineState";
import { type Row, type Span, shortPath, spanOf, ticksOf, timelineRows } from "./bars";
import classes from "./Timeline.module.css";

interface TimelineProps {
  run: PipelineRun;
  chosen: string;
  onChoose: (path: string) => void;
}

const ROW_PX = 26;
const TICK_PX = 110;
const ZOOM_MAX = 512;
/** Characters of a name on a phone. */
const NARROW_NAME = 12;
const NO_JOBS = new Map();
const WORDS = { queued: "waited", starting: "started up", running: "ran", cached: "was reused" } as const;

/** When each step waited, started and ran; zoomed with the buttons or with Ctrl and the wheel. */
export default function Timeline({ run, chosen, onChoose }: TimelineProps) {
  const workspace = useWorkspace();
  const narrow = useMediaQuery(`(max-width: ${sizes.narrow}px)`) ?? false;
  const now = useSeconds(isLive(run.state));
  const { data: jobs = NO_JOBS } = useQuery(jobTimesQuery(workspace, run.id));
  const rows = useMemo(() => timelineRows(run.tasks, jobs, now), [run.tasks, jobs, now]);
  const span = spanOf(rows);
  const [zoom, setZoom] = useState(1);
  const [scroll, setScroll] = useState<HTMLDivElement | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const placed = useRef<string | null>(null);
  useEffect(() => {
    if (placed.current === chosen) return;
    const at = rows.findIndex((row) => row.path === chosen);
    if (at < 0) return;
    placed.current = chosen;
    virtual.scrollToIndex(at, { align: "center" });
  });
  const zoomTo = (next: number) => setZoom(Math.min(ZOOM_MAX, Math.max(1, next)));
  const onWheel = (event: WheelEvent) => {
    if (event.ctrlKey || event.metaKey) zoomTo(zoom * (event.deltaY < 0 ? 1.25 : 0.8));
  };
  const choose = (path: string) => {
    placed.current = path;
    onChoose(path);
  };
  const width = useWidth(scroll) * zoom;
  if (rows.length === 0) return <p className={classes.none}>No step has begun yet.</p>;
  return (
    <section className={classes.timeline} aria-label="Timeline">
      <div className={classes.tools}>
        <Legend />
        <span className={classes.grow} />
        <button type="button" aria-label="Zoom out" disabled={zoom <= 1} onClick={() => zoomTo(zoom / 2)}>
          <ZoomOut size={14} aria-hidden />
        </button>
        <button type="button" disabled={zoom <= 1} onClick={() => setZoom(1)}>
          Fit
        </button>
        <button
          type="button"
          aria-label="Zoom in"
          disabled={zoom >= ZOOM_MAX}
          onClick={() => zoomTo(zoom * 2)}
        >
          <ZoomIn size={14} aria-hidden />
        </button>
      </div>
      <div ref={setScroll} className={classes.scroll} onWheel={onWheel}>
        <div className={classes.inner} style={{ width: `calc(var(--names) + ${width}px)` }}>
          <div className={classes.scale} aria-hidden>
            {ticksOf(span.to - span.from, width / TICK_PX).map((tick) => (
              <span
                key={tick}
                style={{ left: `calc(var(--names) + ${(tick / (span.to - span.from)) * width}px)` }}
              >
                {tick === 0 ? "0" : formatDuration(tick)}
              </span>
            ))}
          </div>
          <div
            role="listbox"
            aria-label="Steps by time"
            style={{ height: virtual.getTotalSize(), position: "relative" }}
          >
            {virtual.getVirtualItems().map(({ index, start }) => {
              const row = rows[index];
              return row === undefined ? null : (
                <TimelineRow
                  narrow={narrow}
                  key={row.path}
                  row={row}
                  top={start}
                  span={span}
                  width={width}
                  chosen={row.path === chosen}
                  onChoose={choose}
                />
              );
            })}
          </div>
        </div>
      </div>
    </section>
  );
}

interface TimelineRowProps {
  row: Row;
  top: number;
  span: Span;
  width: number;
  chosen: boolean;
  narrow: boolean;
  onChoose: (path: string) => void;
}

function TimelineRow({ row, narrow, top, span, width, chosen, onChoose }: TimelineRowProps) {
  const scale = width / (span.to - span.from);
  const words = row.parts.map(({ what, from, to }) =>
    what === "cached" ? WORDS.cached : `${WORDS[what]} ${formatDuration(to - from)}`,
  );
  return (
    <button
      type="button"
      role="option"
      aria-selected={chosen}
      className={classes.row}
      style={{ transform: `translateY(${top}px)`, height: ROW_PX }}
      title={`${row.path}: ${words.join(", ")}`}
      onClick={() => onChoose(row.path)}
    >
      <span className={classes.name}>
        <PipelineState state={row.state} size={13} iconOnly />
        <span>{shortPath(row.path, narrow ? NARROW_NAME : undefined)}</span>
        <span className="tm-visually-hidden">{words.join(", ")}</span>
      </span>
      {row.parts.map(({ what, from, to }) => (
        <span
          key={what}
          className={classes.part}
          data-what={what}
          data-state={row.state}
          style={{
            left: `calc(var(--names) + ${(from - span.from) * scale}px)`,
            width: what === "cached" ? undefined : Math.max((to - from) * scale, 1),
          }}
        />
      ))}
    </button>
  );
}

function Legend() {
  return (
    <ul className={classes.legend} aria-label="Meaning of the bars">
      <li data-what="queued">Queued</li>
      <li data-what="starting">Environment and start</li>
      <li data-what="running">Running</li>
      <li data-what="cached">Reused</li>
    </ul>
  );
}

/** Pixels that are left for the bars where nothing is zoomed. */
function useWidth(scroll: HTMLDivElement | null): number {
  const [width, setWidth] = useState(400);
  useEffect(() => {
    if (scroll === null) return;
    const measure = () => {
      const names = Number.parseFloat(getComputedStyle(scroll).getPropertyValue("--names"));
      setWidth(Math.max(120, scroll.clientWidth - (Number.isFinite(names) ? names : 0) - 16));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(scroll);
    return () => observer.disconnect();
  }, [scroll]);
  return width;
}
