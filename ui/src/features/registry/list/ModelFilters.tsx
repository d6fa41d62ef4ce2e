import { X } from "lucide-react";
import type { RefObject } from "react";
import type { ModelListing } from "@/api/registry/types";
import type { QueryPatch } from "@/lib/queryState";
import { STAGES } from "@/lib/registry/stages";
import { useQueryText } from "@/lib/usePaused";
import classes from "./ModelFilters.module.css";

interface ModelFiltersProps {
  listing: ModelListing;
  searchRef: RefObject<HTMLInputElement | null>;
  onPatch: (patch: QueryPatch) => void;
}

/** What narrows the list: words, owner, stage; and a tag or an alias that was clicked. */
export function ModelFilters({ listing, searchRef, onPatch }: ModelFiltersProps) {
  const [search, setSearch] = useQueryText("search");
  const [owner, setOwner] = useQueryText("owner");
  const noun = listing.kind;
  return (
    <div className={classes.filters}>
      <input
        ref={searchRef}
        type="search"
        placeholder="Name or description"
        aria-label={`Find a ${noun} by name or description`}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <input
        type="search"
        className={classes.owner}
        placeholder="Owner"
        aria-label="Owner"
        value={owner}
        onChange={(event) => setOwner(event.currentTarget.value)}
      />
      {noun === "model" && (
        <select
          aria-label="Stage"
          value={listing.stage}
          onChange={(event) => onPatch({ stage: event.currentTarget.value })}
        >
          <option value="">Any stage</option>
          {STAGES.filter((stage) => stage !== "None").map((stage) => (
            <option key={stage} value={stage}>
              {stage}
            </option>
          ))}
        </select>
      )}
      {listing.tag !== "" && <Narrowed text={`Tag ${listing.tag}`} onClear={() => onPatch({ tag: "" })} />}
      {listing.alias !== "" && (
        <Narrowed text={`Alias ${listing.alias}`} onClear={() => onPatch({ alias: "" })} />
      )}
    </div>
  );
}

/** What the list is narrowed to, that has no field of its own. */
function Narrowed({ text, onClear }: { text: string; onClear: () => void }) {
  return (
    <span className={classes.narrowed}>
      {text}
      <button type="button" onClick={onClear} aria-label={`No longer: ${text}`} title="Show all">
        <X size={13} aria-hidden />
      </button>
    </span>
  );
}
