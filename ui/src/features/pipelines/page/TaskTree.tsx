import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { PipelineRun, PipelineTask } from "@/api/pipelines/types";
import { FilterBox, matchesFilter } from "@/lib/FilterBox";
import { formatCount } from "@/lib/numbers";
import { useSeconds } from "@/lib/useSeconds";
import { isLive } from "../logic/states";
import { openAtFirst, pathsAbove, type TaskTree as Tree, taskLines } from "../logic/taskTree";
import { treeKey } from "../logic/treeKeys";
import { TaskLine } from "./TaskLine";
import classes from "./TaskTree.module.css";

interface TaskTreeProps {
  tree: Tree;
  run: PipelineRun;
  /** A path; empty for the run itself. */
  chosen: string;
  onChoose: (path: string) => void;
}

const ROW_PX = 30;

/** The tasks of a run as a tree for pointer and keyboard; only the lines in view are drawn. */
export function TaskTree({ tree, run, chosen, onChoose }: TaskTreeProps) {
  const { open, toggle } = useOpen(tree, chosen);
  const [filter, setFilter] = useState("");
  const [onlyFailed, setOnlyFailed] = useState(false);
  const [focused, setFocused] = useState(chosen);
  const scroll = useRef<HTMLDivElement>(null);
  const now = useSeconds(isLive(run.state));
  const lines = useMemo(
    () => taskLines(tree, open, wantedBy(filter, onlyFailed)),
    [tree, open, filter, onlyFailed],
  );
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 15,
  });
  const indexOf = (path: string) => lines.findIndex((line) => line.node.task.path === path);
  const here = Math.max(0, indexOf(focused));
  const failed = tree.top.reduce((sum, node) => sum + node.failed, 0);
  const steps = tree.top.reduce((sum, node) => sum + node.steps, 0);

  // What was chosen by the address or by the page itself is brought into view.
  const placed = useRef<string | null>(null);
  useEffect(() => {
    if (placed.current === chosen) return;
    const at = indexOf(chosen);
    if (at < 0) return;
    placed.current = chosen;
    setFocused(chosen);
    virtual.scrollToIndex(at, { align: "center" });
  });
  const moving = useRef(false);
  useEffect(() => {
    if (!moving.current) return;
    moving.current = false;
    scroll.current?.querySelector<HTMLElement>(`[data-row="${here}"]`)?.focus();
  });
  const choose = (path: string) => {
    placed.current = path;
    setFocused(path);
    onChoose(path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = treeKey(event.key, lines, here);
    if (step === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (step.kind === "toggle") toggle(step.path);
    if (step.kind === "choose") choose(step.path);
    if (step.kind === "focus") {
      setFocused(step.path);
      virtual.scrollToIndex(step.index);
      moving.current = true;
    }
  };

  return (
    <section className={classes.side} aria-label="Tasks">
      <div className={classes.tools}>
        <button
          type="button"
          className={classes.whole}
          aria-pressed={chosen === ""}
          onClick={() => choose("")}
        >
          Whole run
        </button>
        <span className={classes.count}>
          {formatCount(steps)} {steps === 1 ? "step" : "steps"}
        </span>
        {(failed > 0 || onlyFailed) && (
          <button
            type="button"
            className={classes.failed}
            aria-pressed={onlyFailed}
            onClick={() => setOnlyFailed(!onlyFailed)}
          >
            {formatCount(failed)} failed
          </button>
        )}
        <FilterBox value={filter} onChange={setFilter} what="tasks" />
      </div>
      {lines.length === 0 ? (
        <p className={classes.none}>
          {tree.top.length > 0
            ? "No task matches."
            : isLive(run.state)
              ? "No task has begun yet."
              : "It has no tasks."}
        </p>
      ) : (
        <div ref={scroll} className={classes.scroll} role="tree" aria-label="Tasks" onKeyDown={onKeyDown}>
          <div style={{ height: virtual.getTotalSize(), position: "relative" }} role="none">
            {virtual.getVirtualItems().map(({ index, start }) => {
              const line = lines[index];
              return line === undefined ? null : (
                <TaskLine
                  key={line.node.task.path}
                  line={line}
                  index={index}
                  top={start}
                  now={now}
                  chosen={line.node.task.path === chosen}
                  reachable={index === here}
                  onToggle={toggle}
                  onChoose={choose}
                />
              );
            })}
          </div>
        </div>
      )}
    </section>
  );
}

/**
 * Which tasks stand open. What the chosen one is in is opened, and all of a small run; what stood open stays so when
 * the run grows.
 */
function useOpen(tree: Tree, chosen: string) {
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  // Only another choice opens: what it is in may be closed again.
  useEffect(() => {
    const above = pathsAbove(chosen);
    if (above.length > 0)
      setChanged((before) => new Map([...before, ...above.map((path) => [path, true] as const)]));
  }, [chosen]);
  const opened = useRef(new Set<string>());
  const open = useMemo(() => {
    for (const path of openAtFirst(tree)) opened.current.add(path);
    const paths = new Set(opened.current);
    for (const [path, isOpen] of changed) {
      if (isOpen) paths.add(path);
      else paths.delete(path);
    }
    return paths;
  }, [tree, changed]);
  return {
    open,
    toggle: (path: string) => setChanged((before) => new Map(before).set(path, !open.has(path))),
  };
}

function wantedBy(filter: string, onlyFailed: boolean): ((task: PipelineTask) => boolean) | null {
  if (filter.trim() === "" && !onlyFailed) return null;
  return ({ path, state }) => matchesFilter(path, filter) && (!onlyFailed || state === "failed");
}
