import { Popover } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "@/api/errors";
import { NAMES_ONLY, runSearchQuery } from "@/api/runs";
import type { RunSearch } from "@/api/types";
import { FilterBox } from "@/lib/FilterBox";
import { runNameFilter } from "@/lib/filterText";
import { StatusIcon } from "@/lib/StatusIcon";
import { useWorkspace } from "@/lib/workspace";
import classes from "./ComparePage.module.css";
import { COMPARED_MAX, type Compared } from "./useCompared";

const FOUND_MAX = 50;

/** Finds runs of the workspace by name or id and adds them to the comparison. */
export function AddRuns({ compared }: { compared: Compared }) {
  const full = compared.ids.length >= COMPARED_MAX;
  return (
    <Popover position="bottom-start" width={340} trapFocus>
      <Popover.Target>
        <button type="button" className={classes.add} disabled={full}>
          <Plus size={13} aria-hidden /> {full ? `${COMPARED_MAX} runs at most` : "Add runs"}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <FoundRuns compared={compared} />
      </Popover.Dropdown>
    </Popover>
  );
}

function FoundRuns({ compared }: { compared: Compared }) {
  const workspace = useWorkspace();
  const [text, setText] = useState("");
  const [settled] = useDebouncedValue(text, 200);
  const search: RunSearch = {
    experiment_ids: [],
    filter: runNameFilter(settled) ?? "",
    view: "active",
    order_by: [{ field: "attributes.start_time", descending: true }],
    columns: NAMES_ONLY,
  };
  const { data, error } = useQuery({
    ...runSearchQuery(workspace, search, 0, FOUND_MAX),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <FilterBox value={text} onChange={setText} what="runs by name or id" />
      {error && <p role="alert">{errorMessage(error)}</p>}
      <ul className={classes.found} aria-label="Runs found">
        {data?.runs.map((run) => {
          const inside = compared.ids.includes(run.run_id);
          return (
            <li key={run.run_id}>
              <button
                type="button"
                disabled={inside}
                onClick={() => compared.setIds([...compared.ids, run.run_id])}
              >
                <StatusIcon status={run.status} />
                <span>{run.name}</span>
                <span className={classes.dim}>{inside ? "added" : run.experiment_name}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {data?.runs.length === 0 && <p className={classes.dim}>No run is called that.</p>}
    </>
  );
}
