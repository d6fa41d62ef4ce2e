import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { FilterBox, matchesFilter } from "@/lib/FilterBox";
import type { ArtifactModel } from "../ArtifactBrowser";
import { modelFolderPath } from "../logic/modelPath";
import type { TreeRow } from "../logic/rows";
import classes from "./ArtifactTree.module.css";
import { TreeLine } from "./TreeLine";
import { treeKey } from "./treeKeys";
import { useTree } from "./useTree";

interface ArtifactTreeProps {
  runId: string;
  models: readonly ArtifactModel[];
  chosen: string;
  onChoose: (path: string) => void;
}

const ROW_PX = 27;

/** The files of a run as a tree for pointer and keyboard; only the lines in view are drawn. */
export function ArtifactTree({ runId, models, chosen, onChoose }: ArtifactTreeProps) {
  const { rows: all, toggle } = useTree(runId, models, chosen);
  const [filter, setFilter] = useState("");
  const [focused, setFocused] = useState(chosen);
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => filtered(all, filter), [all, filter]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 15,
  });
  const names = useMemo(
    () => new Map(models.map((model) => [modelFolderPath(model.model_id), model.name])),
    [models],
  );
  const here = Math.max(
    0,
    rows.findIndex((row) => row.kind === "entry" && row.file.path === focused),
  );

  const moving = useRef(false);
  useEffect(() => {
    if (!moving.current) return;
    moving.current = false;
    scroll.current?.querySelector<HTMLElement>(`[data-row="${here}"]`)?.focus();
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = treeKey(event.key, rows, here);
    if (step === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (step.kind === "toggle") toggle(step.path);
    if (step.kind === "choose") onChoose(step.path);
    if (step.kind === "focus") {
      setFocused(step.path);
      virtual.scrollToIndex(step.index);
      moving.current = true;
    }
  };

  return (
    <div className={classes.side}>
      <div className={classes.filter}>
        <FilterBox value={filter} onChange={setFilter} what="files in open folders" />
      </div>
      <div ref={scroll} className={classes.scroll} role="tree" aria-label="Artifacts" onKeyDown={onKeyDown}>
        <div style={{ height: virtual.getTotalSize(), position: "relative" }} role="none">
          {virtual.getVirtualItems().map(({ index, start, key }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <TreeLine
                key={key}
                row={row}
                index={index}
                top={start}
                chosen={chosen}
                reachable={index === here}
                modelName={row.kind === "entry" ? names.get(row.file.path) : undefined}
                onPress={(path, isFolder) => {
                  setFocused(path);
                  if (isFolder) toggle(path);
                  onChoose(path);
                }}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function filtered(rows: readonly TreeRow[], filter: string): readonly TreeRow[] {
  if (filter.trim() === "") return rows;
  return rows.filter((row) => row.kind === "entry" && matchesFilter(row.file.path, filter));
}
