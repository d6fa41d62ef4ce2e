import type { RefObject } from "react";
import type { PipelineRunListing, RunState } from "@/api/pipelines/types";
import { useQueryText } from "@/lib/usePaused";
import { RUN_STATES } from "../logic/states";
import { PipelineState } from "../state/PipelineState";
import classes from "./RunTools.module.css";

interface RunToolsProps {
  listing: PipelineRunListing;
  searchRef: RefObject<HTMLInputElement | null>;
  onToggle: (state: RunState) => void;
  onArchived: (archived: boolean) => void;
}

/** States that pass in a moment stand here only while they are chosen. */
const PASSING: readonly RunState[] = ["PENDING", "CANCELING"];

/** What narrows the list: states and a name. */
export function RunTools({ listing, searchRef, onToggle, onArchived }: RunToolsProps) {
  const [search, setSearch] = useQueryText("search");
  const shown = RUN_STATES.filter((state) => !PASSING.includes(state) || listing.state.includes(state));
  return (
    <>
      <fieldset className={classes.states}>
        <legend className="tm-visually-hidden">Show only runs in these states</legend>
        {shown.map((state) => (
          <button
            key={state}
            type="button"
            aria-pressed={listing.state.includes(state)}
            onClick={() => onToggle(state)}
          >
            <PipelineState state={state} size={14} />
          </button>
        ))}
        <button
          type="button"
          aria-pressed={listing.archived}
          title="Archived runs, which are not among the others"
          onClick={() => onArchived(!listing.archived)}
        >
          Archived
        </button>
      </fieldset>
      <input
        ref={searchRef}
        className={classes.search}
        type="search"
        placeholder="Find by name"
        aria-label="Find a run by name"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
    </>
  );
}
