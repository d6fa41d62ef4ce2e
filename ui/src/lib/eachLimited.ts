export interface Outcome<T> {
  done: T[];
  failed: { item: T; error: unknown }[];
}

/** Calls `act` for every item, at most `limit` at a time, and goes on after failures. */
export async function eachLimited<T>(
  items: readonly T[],
  limit: number,
  act: (item: T) => Promise<unknown>,
): Promise<Outcome<T>> {
  const outcome: Outcome<T> = { done: [], failed: [] };
  const queue = items.values();
  const work = async () => {
    for (const item of queue) {
      try {
        await act(item);
        outcome.done.push(item);
      } catch (error) {
        outcome.failed.push({ item, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return outcome;
}
