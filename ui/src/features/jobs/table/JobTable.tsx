import { useMediaQuery } from "@mantine/hooks";
import { useCallback, useMemo } from "react";
import type { JobListing, JobRow } from "@/api/compute/types";
import { layout as sizes } from "@/design/tokens";
import { useNow } from "@/lib/useNow";
import type { Selection } from "@/lib/useSelection";
import { type TableColumn, type TableSort, VirtualTable } from "@/lib/VirtualTable";
import type { JobWindows } from "../useJobWindows";
import { JobCell } from "./JobCell";
import classes from "./JobTable.module.css";

interface JobTableProps {
  jobs: JobWindows;
  listing: JobListing;
  selection: Selection;
  onSort: (sort: TableSort) => void;
}

const ROW_PX = 46;
/** A click on the box of the head takes the rows that were loaded, not those that nobody has seen. */
const SELECT_MAX = 1000;

const COLUMNS: readonly (TableColumn & { wide?: boolean })[] = [
  { id: "name", header: "Name" },
  { id: "state", header: "State", width: 256, sortable: false },
  { id: "kind", header: "Kind", width: 66, sortable: false, wide: true },
  { id: "asks", header: "Asks for", width: 140, sortable: false, wide: true },
  { id: "waited", header: "Waited", width: 78, align: "right", sortable: false, wide: true },
  { id: "ran", header: "Ran", width: 78, align: "right", sortable: false, wide: true },
  { id: "uses", header: "Uses now", width: 94, align: "right", sortable: false, wide: true },
  { id: "attempt", header: "Attempt", width: 74, align: "right", sortable: false, wide: true },
  { id: "priority", header: "Priority", width: 74, align: "right", wide: true },
  { id: "owner", header: "Owner", width: 80, sortable: false, wide: true },
  { id: "created", header: "Submitted", width: 98, align: "right", wide: true },
];

/** What nothing has that waits; in its place stands the whole reason. */
const BEGUN: readonly string[] = ["ran", "uses"];

function columnsFor(narrow: boolean, queue: boolean): TableColumn[] {
  const stateWidth = narrow ? 132 : queue ? 520 : 256;
  const shown = COLUMNS.filter(
    ({ id, wide }) => !(narrow && wide === true) && !(queue && BEGUN.includes(id)),
  );
  const sized = shown.map((column) => (column.id === "state" ? { ...column, width: stateWidth } : column));
  return narrow ? sized : [{ id: "select", header: "", width: 34, sortable: false }, ...sized];
}

/** Jobs as rows, of which only those on the screen exist. */
export function JobTable({ jobs, listing, selection, onSort }: JobTableProps) {
  const narrow = useMediaQuery(`(max-width: ${sizes.narrow}px)`) ?? false;
  const now = useNow();
  const total = jobs.first?.total ?? 0;
  const loaded = useCallback(() => {
    const rows = Array.from({ length: Math.min(total, SELECT_MAX) }, (_, index) => jobs.row(index));
    return rows.flatMap((row) => (row === undefined ? [] : [row.id]));
  }, [jobs, total]);
  const queue = listing.state.length === 1 && listing.state[0] === "queued";
  const columns = useMemo(() => columnsFor(narrow, queue), [narrow, queue]);
  const headed = columns.map((column) =>
    column.id === "select"
      ? {
          ...column,
          header: (
            <input
              type="checkbox"
              aria-label="Select all that are loaded"
              checked={selection.ids.size > 0}
              onChange={(event) =>
                event.currentTarget.checked ? selection.replace(loaded()) : selection.clear()
              }
            />
          ),
        }
      : column,
  );
  return (
    <div className={classes.table} data-outdated={jobs.outdated || undefined}>
      <VirtualTable
        label="Jobs"
        columns={headed}
        count={total}
        rowHeight={ROW_PX}
        rowKey={(index) => jobs.row(index)?.id ?? index}
        cell={(index, column) => {
          const job: JobRow | undefined = jobs.row(index);
          const id = columns[column]?.id ?? "";
          if (job === undefined) return id === "name" ? <span className={classes.awaited}>…</span> : null;
          return (
            <JobCell
              column={id}
              job={job}
              now={now}
              selection={selection}
              narrow={narrow}
              inGroup={listing.group !== ""}
            />
          );
        }}
        sort={{ id: listing.sort, descending: listing.descending }}
        onSort={onSort}
        onView={jobs.onView}
      />
    </div>
  );
}
