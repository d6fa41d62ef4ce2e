import { ArrowDown, ArrowUp, Download } from "lucide-react";
import type { KeyboardEvent, RefObject } from "react";
import type { JobDetails } from "@/api/compute/types";
import { formatCount } from "@/lib/numbers";
import { attemptsOf } from "../logic/chosen";
import { processesOf } from "../logic/outcome";
import classes from "./LogTools.module.css";
import type { LogSearch } from "./useLogSearch";

interface LogToolsProps {
  job: JobDetails;
  attempt: number;
  rank: number | null;
  search: LogSearch;
  searchRef: RefObject<HTMLInputElement | null>;
  wrap: boolean;
  times: boolean;
  failed: boolean;
  fileUrl: string;
  onProcess: (attempt: number, rank: number | null) => void;
  onLook: (look: { wrap?: boolean; times?: boolean }) => void;
  onGo: (kind: "begin" | "end" | "error") => void;
}

/** What one reads, how it looks, where one goes. */
export function LogTools(props: LogToolsProps) {
  const { job, attempt, rank, search, searchRef, wrap, times, failed, fileUrl, onProcess, onLook, onGo } =
    props;
  const attempts = attemptsOf(job);
  const ranks = processesOf(job, attempt).map((process) => process.rank);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    search.step(event.shiftKey ? -1 : 1);
  };
  return (
    <div className={classes.tools} role="toolbar" aria-label="Log">
      {attempts.length > 1 && (
        <select
          aria-label="Attempt"
          value={attempt}
          onChange={(event) => onProcess(Number(event.currentTarget.value), null)}
        >
          {attempts.map((one) => (
            <option key={one} value={one}>
              Attempt {one}
            </option>
          ))}
        </select>
      )}
      {ranks.length > 1 && (
        <select
          aria-label="Process"
          value={rank ?? "all"}
          onChange={({ currentTarget: { value } }) =>
            onProcess(attempt, value === "all" ? -1 : Number(value))
          }
        >
          <option value="all">All {ranks.length} processes</option>
          {ranks.map((one) => (
            <option key={one} value={one}>
              Rank {one}
            </option>
          ))}
        </select>
      )}
      <span className={classes.search}>
        <input
          ref={searchRef}
          type="search"
          placeholder="Search the log"
          aria-label="Search the log"
          value={search.text}
          onChange={(event) => search.setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {search.text !== "" && (
          <>
            <span className={classes.found} role="status">
              {foundText(search)}
            </span>
            <button type="button" aria-label="Previous match" onClick={() => search.step(-1)}>
              <ArrowUp size={14} aria-hidden />
            </button>
            <button type="button" aria-label="Next match" onClick={() => search.step(1)}>
              <ArrowDown size={14} aria-hidden />
            </button>
          </>
        )}
      </span>
      <span className={classes.places}>
        {failed && (
          <button type="button" onClick={() => onGo("error")}>
            Error
          </button>
        )}
        <button type="button" onClick={() => onGo("begin")}>
          Begin
        </button>
        <button type="button" onClick={() => onGo("end")}>
          End
        </button>
      </span>
      <label>
        <input
          type="checkbox"
          checked={times}
          onChange={(event) => onLook({ times: event.currentTarget.checked })}
        />
        Times
      </label>
      <label>
        <input
          type="checkbox"
          checked={wrap}
          onChange={(event) => onLook({ wrap: event.currentTarget.checked })}
        />
        Wrap
      </label>
      <a href={fileUrl} download className={classes.download} title="Download the log">
        <Download size={14} aria-hidden />
        Download
      </a>
    </div>
  );
}

function foundText({ total, at, searching }: LogSearch): string {
  if (searching) return "Searching";
  if (total === 0) return "No match";
  return at === null ? `${formatCount(total)} found` : `${formatCount(at + 1)} of ${formatCount(total)}`;
}
