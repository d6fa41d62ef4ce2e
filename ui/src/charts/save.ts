import { colors, type Scheme } from "@/design/tokens";
import type { ChartRun } from "./logic/curves";

/** Hands `data` to the browser as a file. */
export function saveFile(name: string, data: Blob): void {
  const url = URL.createObjectURL(data);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the data over once the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A metric's name as a file name. */
export function fileName(metric: string, extension: string): string {
  return `${metric.replace(/[^\w.-]+/g, "_")}.${extension}`;
}

const MARGIN = 16;
const TITLE = 26;
const ROW = 18;
const LEGEND_MAX = 40;

/** A chart's canvas with its title and legend, as a PNG. */
export function chartPng(
  chart: HTMLCanvasElement,
  text: { title: string; footer: string },
  runs: readonly ChartRun[],
  scheme: Scheme,
): Promise<Blob> {
  const ratio = devicePixelRatio;
  const width = chart.width / ratio + 2 * MARGIN;
  const shown = runs.slice(0, LEGEND_MAX);
  const columns = Math.max(1, Math.floor((width - 2 * MARGIN) / 200));
  const legend = Math.ceil(shown.length / columns) * ROW;
  const height = chart.height / ratio + TITLE + legend + ROW + 2 * MARGIN;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const ctx = canvas.getContext("2d");
  if (ctx === null) return Promise.reject(new Error("this browser has no canvas"));
  const ink = colors[scheme];
  ctx.scale(ratio, ratio);
  ctx.fillStyle = ink.surface;
  ctx.fillRect(0, 0, width, height);
  ctx.fillStyle = ink.text;
  ctx.font = "600 14px system-ui, sans-serif";
  ctx.fillText(text.title, MARGIN, MARGIN + 12);
  ctx.drawImage(chart, MARGIN, MARGIN + TITLE, chart.width / ratio, chart.height / ratio);
  ctx.font = "12px system-ui, sans-serif";
  const top = MARGIN + TITLE + chart.height / ratio + ROW;
  shown.forEach((run, index) => {
    const x = MARGIN + (index % columns) * 200;
    const y = top + Math.floor(index / columns) * ROW;
    ctx.strokeStyle = run.color;
    ctx.lineWidth = 3;
    ctx.setLineDash([...(run.dash ?? [])]);
    ctx.beginPath();
    ctx.moveTo(x, y - 4);
    ctx.lineTo(x + 18, y - 4);
    ctx.stroke();
    ctx.fillText(run.name, x + 24, y, 170);
  });
  ctx.fillStyle = ink["text-faint"];
  const more = runs.length > shown.length ? ` · ${runs.length - shown.length} more runs not named` : "";
  ctx.fillText(text.footer + more, MARGIN, height - MARGIN);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture could not be made"))));
  });
}
