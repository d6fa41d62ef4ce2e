import type { RefObject } from "react";
import type { JobListing } from "@/api/compute/types";
import { KINDS } from "@/lib/compute/states";
import type { QueryPatch } from "@/lib/queryState";
import { useQueryText } from "@/lib/usePaused";
import classes from "./JobFilters.module.css";

interface JobFiltersProps {
  listing: JobListing;
  searchRef: RefObject<HTMLInputElement | null>;
  onPatch: (patch: QueryPatch) => void;
}

/** What narrows the table: name, kind and owner. */
export function JobFilters({ listing, searchRef, onPatch }: JobFiltersProps) {
  const [search, setSearch] = useQueryText("search");
  const [owner, setOwner] = useQueryText("owner");
  return (
    <div className={classes.filters}>
      <input
        ref={searchRef}
        type="search"
        placeholder="Find by name"
        aria-label="Find a job by name"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <select
        aria-label="Kind"
        value={listing.kind[0] ?? ""}
        onChange={(event) => onPatch({ kind: event.currentTarget.value })}
      >
        <option value="">All kinds</option>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {kind}
          </option>
        ))}
      </select>
      <input
        type="search"
        className={classes.owner}
        placeholder="Owner"
        aria-label="Owner"
        value={owner}
        onChange={(event) => setOwner(event.currentTarget.value)}
      />
    </div>
  );
}
