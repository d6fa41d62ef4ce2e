import { type RefObject, useEffect, useState } from "react";

/** How far outside the window a chart counts as near: about one screen, so that scrolling finds it drawn. */
const MARGIN = "600px 0px";

/** Whether an element is in view or about to come into view. */
export function useNear(ref: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new IntersectionObserver(
      (entries) => setNear(entries[entries.length - 1]?.isIntersecting ?? false),
      { rootMargin: MARGIN },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return near;
}
