import { ArrowDown } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { type FoundLine, logFileUrl } from "@/api/compute/logs";
import type { JobDetails } from "@/api/compute/types";
import { isLive } from "@/lib/compute/states";
import { ErrorMessage, Message } from "@/lib/Message";
import { useQueryState } from "@/lib/queryState";
import { useShortcuts } from "@/lib/shortcuts";
import { useWorkspace } from "@/lib/workspace";
import { processesOf } from "../logic/outcome";
import classes from "./LogTab.module.css";
import { LogTools } from "./LogTools";
import { LogView } from "./LogView";
import { rowAt, rowsOf } from "./segment";
import { useLog, type Wanted } from "./useLog";
import { useLogSearch } from "./useLogSearch";

/** What a process has said: from the error on where it failed, else from its end. */
export function LogTab({ job, attempt, rank }: { job: JobDetails; attempt: number; rank: number | null }) {
  const workspace = useWorkspace();
  const [query, patch] = useQueryState();
  const { id, state } = job.workload;
  const here = processesOf(job, attempt).filter((process) => rank === null || process.rank === rank);
  const failed = here.some(
    ({ outcome }) => outcome !== null && outcome !== "succeeded" && outcome !== "stopped",
  );
  const live = here.length === 0 ? isLive(state) : here.some((process) => process.ended_ms === null);
  const [wanted, setWanted] = useState<Wanted>(() => firstPlace(failed));
  const log = useLog({ id, attempt, rank }, wanted, live);
  const [follow, setFollow] = useState(wanted.kind === "end");
  const searchInput = useRef<HTMLInputElement>(null);
  const look = { wrap: query.wrap !== "no", times: query.times === "yes" };

  const rows = useMemo(() => (log.segment === null ? [] : rowsOf(log.segment)), [log.segment]);
  const go = (next: Wanted) => {
    setFollow(next.kind === "end");
    log.go(next);
  };
  const onFound = (line: FoundLine) => {
    const place: Wanted = { kind: "offset", offset: line.offset };
    const lineRank = line.rank ?? 0;
    if (line.attempt === attempt && lineRank === rank) return go(place);
    // Another process's log: it is opened at the line.
    setWanted(place);
    setFollow(false);
    patch({ attempt: String(line.attempt), rank: String(lineRank) });
  };
  const search = useLogSearch(id, { attempt, rank }, onFound);

  const { place } = log;
  const goal = useMemo(() => {
    if (place === null) return -1;
    return place.offset < 0 ? rows.length - 1 : Math.max(0, rowAt(rows, place.offset));
  }, [place, rows]);
  useShortcuts("Log", [
    { keys: "f", label: "Search the log", run: () => searchInput.current?.focus() },
    { keys: "ArrowUp ArrowDown", label: "Scroll the log" },
  ]);

  if (log.error !== null && log.segment === null)
    return <ErrorMessage title="The log cannot be shown" error={log.error} onRetry={() => log.go(wanted)} />;
  const onProcess = (nextAttempt: number, nextRank: number | null) => {
    setWanted({ kind: "end" });
    setFollow(true);
    patch({
      attempt: String(nextAttempt),
      rank: nextRank === null ? undefined : nextRank < 0 ? "all" : String(nextRank),
    });
  };
  const empty = log.segment !== null && rows.length === 0;
  return (
    <div className={classes.tab}>
      <LogTools
        job={job}
        attempt={attempt}
        rank={rank}
        search={search}
        searchRef={searchInput}
        {...look}
        failed={failed}
        fileUrl={logFileUrl(workspace, { id, attempt, rank }, look.times)}
        onProcess={onProcess}
        onLook={({ wrap, times }) =>
          patch({
            ...(wrap === undefined ? {} : { wrap: wrap ? "" : "no" }),
            ...(times === undefined ? {} : { times: times ? "yes" : "" }),
          })
        }
        onGo={(kind) => go({ kind })}
      />
      {empty ? (
        <Message title={emptyTitle(state, live)} />
      ) : (
        <LogView
          rows={rows}
          {...look}
          ranks={rank === null}
          goal={goal}
          going={place}
          marked={place?.strong === true}
          find={search.text.trim()}
          follow={follow}
          onFollow={setFollow}
          onTop={log.loadBefore}
          onBottom={log.loadAfter}
          onNumber={(row) => {
            window.history.replaceState(null, "", `#L${row.number}`);
            log.go({ kind: "offset", offset: row.offset });
          }}
        />
      )}
      {live && !follow && rows.length > 0 && (
        <button type="button" className={classes.follow} onClick={() => go({ kind: "end" })}>
          <ArrowDown size={14} aria-hidden /> Follow
        </button>
      )}
    </div>
  );
}

/** A line that the address names, the error of what failed, or the end. */
function firstPlace(failed: boolean): Wanted {
  const line = /^#L(\d{1,12})$/.exec(window.location.hash)?.[1];
  if (line !== undefined) return { kind: "line", line: Number(line) };
  return { kind: failed ? "error" : "end" };
}

function emptyTitle(state: JobDetails["workload"]["state"], live: boolean): string {
  if (state === "queued") return "It has not begun, so it has said nothing";
  return live ? "It has said nothing yet" : "It said nothing";
}
