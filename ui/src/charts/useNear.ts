import { type RefObject, useEffect, useState } from "react";

/** How far outside the window a chart counts as near: about one screen, so that scrolling finds it drawn. */
const MARGIN = "600px 0px";

const watchers = new Map<Element, (near: boolean) => void>();
let shared: IntersectionObserver | undefined;

/** Whether an element is in view or about to come into view. One observer serves every chart of the page. */
export function useNear(ref: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    shared ??= new IntersectionObserver(tell, { rootMargin: MARGIN });
    const observer = shared;
    watchers.set(element, setNear);
    observer.observe(element);
    return () => {
      watchers.delete(element);
      observer.unobserve(element);
    };
  }, [ref]);
  return near;
}

function tell(entries: readonly IntersectionObserverEntry[]): void {
  for (const entry of entries) watchers.get(entry.target)?.(entry.isIntersecting);
}
