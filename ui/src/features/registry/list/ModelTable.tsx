import { useMediaQuery } from "@mantine/hooks";
import { useMemo } from "react";
import type { ModelListing } from "@/api/registry/types";
import { layout as sizes } from "@/design/tokens";
import { type TableColumn, type TableSort, VirtualTable } from "@/lib/VirtualTable";
import { ModelCell } from "./ModelCell";
import classes from "./ModelTable.module.css";
import type { ModelWindows } from "./useModelWindows";

interface ModelTableProps {
  models: ModelWindows;
  listing: ModelListing;
  onSort: (sort: TableSort) => void;
}

const ROW_PX = 46;

const COLUMNS: readonly (TableColumn & { wide?: boolean; models?: boolean })[] = [
  { id: "name", header: "Name" },
  {
    id: "versions",
    header: "Latest",
    title: "Sorts by how many versions there are",
    width: 104,
    align: "right",
  },
  { id: "aliases", header: "Aliases", width: 280, sortable: false, wide: true },
  { id: "stages", header: "Stages", width: 190, sortable: false, wide: true, models: true },
  { id: "tags", header: "Tags", width: 210, sortable: false, wide: true },
  { id: "owner", header: "Owner", width: 96, sortable: false, wide: true },
  { id: "updated", header: "Changed", width: 100, align: "right" },
];

/** Models as rows, of which only those on the screen exist. */
export function ModelTable({ models, listing, onSort }: ModelTableProps) {
  const narrow = useMediaQuery(`(max-width: ${sizes.narrow}px)`) ?? false;
  const { kind } = listing;
  const columns = useMemo(
    () => COLUMNS.filter((one) => !(narrow && one.wide) && !(one.models && kind === "prompt")),
    [narrow, kind],
  );
  return (
    <div className={classes.table} data-outdated={models.outdated || undefined}>
      <VirtualTable
        label={kind === "prompt" ? "Prompts" : "Models"}
        columns={columns}
        count={models.first?.total ?? 0}
        rowHeight={ROW_PX}
        rowKey={(index) => models.row(index)?.name ?? index}
        cell={(index, at) => {
          const model = models.row(index);
          const column = columns[at]?.id ?? "";
          if (model === undefined)
            return column === "name" ? <span className={classes.awaited}>…</span> : null;
          return <ModelCell column={column} model={model} narrow={narrow} />;
        }}
        sort={{ id: listing.sort, descending: listing.descending }}
        onSort={onSort}
        onView={models.onView}
      />
    </div>
  );
}
