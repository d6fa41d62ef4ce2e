import { Menu, useComputedColorScheme } from "@mantine/core";
import { Download, Ellipsis, Image, Link, Table } from "lucide-react";
import type { RefObject } from "react";
import type { XAxis } from "@/api/types";
import { copyText } from "@/lib/copy";
import { toastError } from "@/lib/toast";
import type { LineChartHandle } from "./LineChart";
import { curvesCsv } from "./logic/csv";
import type { Curve } from "./logic/curves";
import { chartPng, fileName, saveFile } from "./save";

interface ChartMenuProps {
  metric: string;
  curves: readonly Curve[];
  x: XAxis;
  footer: string;
  /** Null when there is no canvas to take a picture of. */
  chart: RefObject<LineChartHandle | null> | null;
  onTable: () => void;
}

/** What can be taken out of a chart. */
export function ChartMenu({ metric, curves, x, footer, chart, onTable }: ChartMenuProps) {
  const scheme = useComputedColorScheme("light");
  const saveCsv = () =>
    saveFile(fileName(metric, "csv"), new Blob([curvesCsv(metric, curves, x)], { type: "text/csv" }));
  const savePng = async () => {
    const canvas = chart?.current?.canvas();
    if (!canvas) return;
    try {
      const runs = curves.map((curve) => curve.run);
      saveFile(fileName(metric, "png"), await chartPng(canvas, { title: metric, footer }, runs, scheme));
    } catch (error) {
      toastError("The picture was not saved", error);
    }
  };
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <button type="button" aria-label={`More for ${metric}`} title="More">
          <Ellipsis size={15} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Table size={14} />} onClick={onTable}>
          Show as table
        </Menu.Item>
        <Menu.Item leftSection={<Download size={14} />} onClick={saveCsv}>
          Download CSV
        </Menu.Item>
        {chart !== null && (
          <Menu.Item leftSection={<Image size={14} />} onClick={savePng}>
            Download PNG
          </Menu.Item>
        )}
        <Menu.Item leftSection={<Link size={14} />} onClick={() => void copyText(metric, "Metric name")}>
          Copy metric name
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
