import { Popover, useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useMemo, useState } from "react";
import type { RunRow } from "@/api/types";
import type { LineStyle } from "@/design/lineStyle";
import { colors, type Scheme } from "@/design/tokens";
import { CheckList } from "@/lib/CheckList";
import { joinList, splitList } from "@/lib/listParam";
import { Message } from "@/lib/Message";
import { plural } from "@/lib/numbers";
import { useQueryState } from "@/lib/queryState";
import { type FieldAxis, toAxis } from "../logic/axis";
import { type Brushes, brushed, withBrush } from "../logic/brush";
import { defaultAxes } from "../logic/choose";
import type { Field } from "../logic/fields";
import { ParallelPlot } from "./ParallelPlot";
import classes from "./Relations.module.css";
import { rampColor } from "./ramp";

interface ParallelViewProps {
  runs: readonly RunRow[];
  fields: readonly Field[];
  styles: ReadonlyMap<string, LineStyle>;
}

/** More runs than this cannot have colours of their own: they are coloured by the last axis. */
const OWN_COLORS_MAX = 16;

/** Every run as a line across one axis per field; a stretch of an axis picks runs out. */
export default function ParallelView({ runs, fields, styles }: ParallelViewProps) {
  const [query, patchQuery] = useQueryState();
  const [brushes, setBrushes] = useState<Brushes>({});
  const size = useElementSize();
  const chosen = query.axes;
  const axes = useMemo(() => {
    const wanted = splitList(chosen);
    const named = fields.filter((field) => wanted.includes(field.id));
    return (named.length >= 2 ? named : defaultAxes(fields)).map(toAxis);
  }, [fields, chosen]);
  const scheme = useComputedColorScheme("light");
  const scale = runs.length > OWN_COLORS_MAX ? axes[axes.length - 1] : undefined;
  const lineStyles = useMemo(
    () => (scale === undefined ? styles : rampStyles(runs, scale, scheme)),
    [scale, styles, runs, scheme],
  );
  const inside = brushed(axes, brushes, runs.length);
  const items = useMemo(
    () =>
      fields.map(({ id, key, kind, differs }) => ({
        id,
        label: key,
        aside: differs ? kind : `${kind}, equal`,
      })),
    [fields],
  );
  return (
    <div className={classes.view}>
      <div className={classes.bar}>
        <Popover position="bottom-start" width={320} trapFocus>
          <Popover.Target>
            <button type="button" className={classes.button}>
              Axes: {axes.length}
            </button>
          </Popover.Target>
          <Popover.Dropdown>
            <CheckList
              items={items}
              chosen={axes.map((axis) => axis.field.id)}
              onChange={(ids) => patchQuery({ axes: joinList(ids) })}
              what="fields"
            />
          </Popover.Dropdown>
        </Popover>
        {Object.keys(brushes).length > 0 && (
          <>
            <button type="button" className={classes.button} onClick={() => setBrushes({})}>
              Clear brushes
            </button>
            <span role="status">
              {inside.filter(Boolean).length} of {plural(runs.length, "run")} inside
            </span>
          </>
        )}
        {scale !== undefined && <span className={classes.hint}>Coloured by {scale.field.key}.</span>}
        <span className={classes.hint}>Drag along an axis to pick runs out; click it to free it.</span>
      </div>
      <div ref={size.ref} className={classes.plot}>
        {axes.length < 2 ? (
          <Message title="Not enough to draw">
            These runs differ in fewer than two fields. Choose axes above.
          </Message>
        ) : (
          size.width > 0 && (
            <ParallelPlot
              axes={axes}
              runs={runs}
              styles={lineStyles}
              inside={inside}
              brushes={brushes}
              onBrush={(id, brush) => setBrushes((before) => withBrush(before, id, brush))}
              width={size.width}
            />
          )
        )}
      </div>
    </div>
  );
}

function rampStyles(
  runs: readonly RunRow[],
  scale: FieldAxis,
  scheme: Scheme,
): ReadonlyMap<string, LineStyle> {
  return new Map(
    runs.map((run, index) => {
      const at = scale.positions[index];
      const color = at === null || at === undefined ? colors[scheme]["border-strong"] : rampColor(at, scheme);
      return [run.run_id, { color, dash: [] }];
    }),
  );
}
