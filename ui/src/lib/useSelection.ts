import { useCallback, useMemo, useState } from "react";

export interface Selection {
  ids: ReadonlySet<string>;
  has: (id: string) => boolean;
  set: (ids: readonly string[], selected: boolean) => void;
  replace: (ids: Iterable<string>) => void;
  clear: () => void;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Which rows are selected. Not in the URL: one shares what one looks at, not what one is about to do. */
export function useSelection(): Selection {
  const [ids, setIds] = useState(NOTHING);
  const set = useCallback((changed: readonly string[], selected: boolean) => {
    setIds((before) => {
      const after = new Set(before);
      for (const id of changed) {
        if (selected) after.add(id);
        else after.delete(id);
      }
      return after;
    });
  }, []);
  const replace = useCallback((next: Iterable<string>) => setIds(new Set(next)), []);
  const clear = useCallback(() => setIds(NOTHING), []);
  return useMemo(() => ({ ids, has: (id) => ids.has(id), set, replace, clear }), [ids, set, replace, clear]);
}
