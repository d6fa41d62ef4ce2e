import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type LineEvents, LinePlot, type LineView } from "./linePlot";

/**
 * Keeps a `LinePlot` in `host`: made once there is something to draw, as large as its host, always showing
 * `view`. Gives null until it exists.
 */
export function useLinePlot(
  host: RefObject<HTMLElement | null>,
  view: LineView,
  events: LineEvents,
): LinePlot | null {
  const [line, setLine] = useState<LinePlot | null>(null);
  const latest = useRef({ view, events });
  latest.current = { view, events };
  const drawable = view.plot.x !== null && view.plot.y !== null;

  useLayoutEffect(() => {
    const element = host.current;
    if (element === null || !drawable) return;
    const made = new LinePlot(element, latest.current.view, sizeOf(element), {
      onPoint: (x, top) => latest.current.events.onPoint(x, top),
      onLeave: () => latest.current.events.onLeave(),
      onZoom: (range) => latest.current.events.onZoom(range),
    });
    const observer = new ResizeObserver(() => {
      const { width, height } = sizeOf(element);
      made.resize(width, height);
    });
    observer.observe(element);
    setLine(made);
    return () => {
      observer.disconnect();
      made.destroy();
      setLine(null);
    };
  }, [host, drawable]);

  const { plot, x, ink } = view;
  useEffect(() => line?.update({ plot, x, ink }), [line, plot, x, ink]);
  return line;
}

function sizeOf(element: HTMLElement): { width: number; height: number } {
  return { width: Math.max(80, element.clientWidth), height: Math.max(60, element.clientHeight) };
}
