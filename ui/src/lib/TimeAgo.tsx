import { formatAgo, formatDateTime } from "./times";
import { useNow } from "./useNow";

/** "5 min ago", with the exact time on hover. */
export function TimeAgo({ ms }: { ms: number | null | undefined }) {
  const now = useNow();
  return (
    <time
      className="tm-number"
      dateTime={ms === null || ms === undefined ? undefined : new Date(ms).toISOString()}
      title={formatDateTime(ms)}
    >
      {formatAgo(ms, now)}
    </time>
  );
}
