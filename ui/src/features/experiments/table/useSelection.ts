import { useCallback, useMemo, useState } from "react";

export interface Selection {
  ids: ReadonlySet<string>;
  has: (runId: string) => boolean;
  set: (runIds: readonly string[], selected: boolean) => void;
  replace: (runIds: Iterable<string>) => void;
  clear: () => void;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Which runs are selected. Not in the URL: one shares what one looks at, not what one is about to do. */
export function useSelection(): Selection {
  const [ids, setIds] = useState(NOTHING);
  const set = useCallback((runIds: readonly string[], selected: boolean) => {
    setIds((before) => {
      const after = new Set(before);
      for (const runId of runIds) {
        if (selected) after.add(runId);
        else after.delete(runId);
      }
      return after;
    });
  }, []);
  const replace = useCallback((runIds: Iterable<string>) => setIds(new Set(runIds)), []);
  const clear = useCallback(() => setIds(NOTHING), []);
  return useMemo(
    () => ({ ids, has: (runId) => ids.has(runId), set, replace, clear }),
    [ids, set, replace, clear],
  );
}
