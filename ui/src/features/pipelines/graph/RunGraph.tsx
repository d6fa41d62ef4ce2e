import "@xyflow/react/dist/base.css";
import { useQuery } from "@tanstack/react-query";
import {
  Background,
  Controls,
  MarkerType,
  MiniMap,
  type Node,
  Position,
  ReactFlow,
  ReactFlowProvider,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { drawingQuery } from "@/api/pipelines/runs";
import type { Drawing, PipelineRun, PipelineTask } from "@/api/pipelines/types";
import { ErrorMessage } from "@/lib/Message";
import { useWorkspace } from "@/lib/workspace";
import { isFinal } from "../logic/states";
import { pathsAbove } from "../logic/taskTree";
import { countsBelow, drawnOpenAtFirst, type Graph, graphOf } from "./graph";
import { type Box, layoutOf } from "./layout";
import classes from "./RunGraph.module.css";
import { type TaskNodeData, TaskNodeView } from "./TaskNodeView";
import { useCentred } from "./useCentred";

interface RunGraphProps {
  run: PipelineRun;
  /** A path; empty for the run itself. */
  chosen: string;
  onChoose: (path: string) => void;
}

const NODE_TYPES = { task: TaskNodeView };
/** Above this many nodes a small map helps. */
const MAP_FROM = 40;

/** The tasks of a run as a graph: what waits for what, how each stands, with loops and DAGs that open in place. */
export default function RunGraph(props: RunGraphProps) {
  const workspace = useWorkspace();
  const { data: drawing, error, refetch } = useQuery(drawingQuery(workspace, props.run.id));
  if (error !== null && drawing === undefined)
    return (
      <ErrorMessage title="The graph could not be loaded" error={error} onRetry={() => void refetch()} />
    );
  if (drawing === undefined) return <div role="status" aria-label="Loading the graph" />;
  return (
    <ReactFlowProvider>
      <Drawn {...props} drawing={drawing} />
    </ReactFlowProvider>
  );
}

function Drawn({ run, chosen, onChoose, drawing }: RunGraphProps & { drawing: Drawing }) {
  const [showsArtifacts, setShowsArtifacts] = useState(false);
  const { open, toggle } = useOpenInGraph(drawing, chosen);
  const iterations = useIterations(run);
  const graph = useMemo(
    () => graphOf(drawing, (path) => iterations.get(path) ?? 0, open),
    [drawing, iterations, open],
  );
  const places = useMemo(() => layoutOf(graph), [graph]);
  const nodes = useNodes(run, graph, places, chosen, onChoose, toggle);
  const edges = useMemo(() => edgesOf(graph, showsArtifacts), [graph, showsArtifacts]);
  useCentred(graph, places, chosen);
  return (
    <section className={classes.graph} aria-label="Graph of the tasks">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        onlyRenderVisibleElements
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        deleteKeyCode={null}
        minZoom={0.05}
        maxZoom={1.5}
      >
        <Background color="var(--tm-border)" gap={24} />
        <Controls showInteractive={false} />
        {nodes.length > MAP_FROM && (
          <MiniMap
            pannable
            zoomable
            nodeColor={colorOf}
            maskColor="color-mix(in srgb, var(--tm-canvas) 75%, transparent)"
            ariaLabel="Small map of the graph"
          />
        )}
      </ReactFlow>
      <label className={classes.switch}>
        <input
          type="checkbox"
          checked={showsArtifacts}
          onChange={(event) => setShowsArtifacts(event.currentTarget.checked)}
        />
        What goes along
      </label>
    </section>
  );
}

/** Which paths stand open: what people opened and closed, and what the chosen one is in. */
function useOpenInGraph(drawing: Drawing, chosen: string) {
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  useEffect(() => {
    const above = pathsAbove(chosen);
    if (above.length > 0)
      setChanged((before) => new Map([...before, ...above.map((path) => [path, true] as const)]));
  }, [chosen]);
  const open = useMemo(() => {
    const paths = new Set(drawnOpenAtFirst(drawing));
    for (const [path, isOpen] of changed) {
      if (isOpen) paths.add(path);
      else paths.delete(path);
    }
    return paths;
  }, [drawing, changed]);
  const toggle = useCallback(
    (path: string, isOpen: boolean) => setChanged((before) => new Map(before).set(path, !isOpen)),
    [],
  );
  return { open, toggle };
}

/** How many iterations each loop has. The same object until one is opened, since places hang on it. */
function useIterations(run: PipelineRun): ReadonlyMap<string, number> {
  const text = JSON.stringify(
    run.tasks.flatMap(({ path, iterations }) => (iterations === null ? [] : [[path, iterations]])),
  );
  return useMemo(() => new Map(JSON.parse(text) as [string, number][]), [text]);
}

function useNodes(
  run: PipelineRun,
  graph: Graph,
  places: ReadonlyMap<string, Box>,
  chosen: string,
  onChoose: (path: string) => void,
  onToggle: (path: string, isOpen: boolean) => void,
): Node<TaskNodeData>[] {
  const tasks = useMemo(() => new Map(run.tasks.map((task) => [task.path, task])), [run.tasks]);
  const counts = useMemo(() => countsBelow(run.tasks), [run.tasks]);
  return useMemo(
    () =>
      graph.nodes.map((node) => {
        const { x, y, width, height } = places.get(node.path) as Box;
        return {
          id: node.path,
          type: "task",
          position: { x, y },
          ...(node.parent === "" ? {} : { parentId: node.parent }),
          width,
          height,
          // Said here, so that edges can be drawn to what is not on the screen.
          handles: [
            { type: "target" as const, position: Position.Top, x: width / 2, y: 0, width: 1, height: 1 },
            {
              type: "source" as const,
              position: Position.Bottom,
              x: width / 2,
              y: height,
              width: 1,
              height: 1,
            },
          ],
          zIndex: node.open ? 0 : 1,
          style: { pointerEvents: "all" as const },
          data: {
            node,
            task: tasks.get(node.path),
            otherwise:
              pathsAbove(node.path).some((path) => isOver(tasks.get(path))) || isOver(tasks.get(""))
                ? "skipped"
                : "waiting",
            counts: counts.get(node.path),
            chosen: node.path === chosen,
            onChoose,
            onToggle,
          },
        };
      }),
    [graph, places, tasks, counts, chosen, onChoose, onToggle],
  );
}

function isOver(task: PipelineTask | undefined): boolean {
  return task !== undefined && isFinal(task.state);
}

function edgesOf({ edges }: Graph, showsArtifacts: boolean) {
  return edges.map(({ id, from, to, artifacts, parameters }) => {
    const along = [...artifacts, ...parameters].join(", ");
    return {
      id,
      source: from,
      target: to,
      markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color: "var(--tm-border-strong)" },
      style: { stroke: "var(--tm-border-strong)" },
      ...(showsArtifacts && along !== ""
        ? { label: along, zIndex: 2, labelBgPadding: [5, 3] as [number, number] }
        : {}),
    };
  });
}

function colorOf({ data }: Node<TaskNodeData>): string {
  if (data.node.open) return "var(--tm-sunken)";
  switch (data.task?.state) {
    case "failed":
      return "var(--tm-bad)";
    case "succeeded":
    case "cached":
      return "var(--tm-ok)";
    case "running":
      return "var(--tm-busy)";
    default:
      return "var(--tm-border-strong)";
  }
}
