import { useCallback, useMemo } from "react";
import { useQueryState } from "@/lib/queryState";
import { readWall, type WallState, writeWall } from "./logic/wallState";

/** The wall's look, kept in the URL. */
export function useWall(): [WallState, (change: Partial<WallState>) => void] {
  const [query, patchQuery] = useQueryState();
  // Only the wall's own keys make a new state: other parts of the page share the URL.
  const { smooth, x, logx, logy, cols, outliers, metric, pin, fold, zoom } = query;
  const state = useMemo(() => {
    const own = { smooth, x, logx, logy, cols, outliers, metric, pin, fold, zoom };
    return readWall(
      Object.fromEntries(Object.entries(own).filter((entry) => entry[1] !== undefined)) as Record<
        string,
        string
      >,
    );
  }, [smooth, x, logx, logy, cols, outliers, metric, pin, fold, zoom]);
  const change = useCallback((next: Partial<WallState>) => patchQuery(writeWall(next)), [patchQuery]);
  return [state, change];
}
