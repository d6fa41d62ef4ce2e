import type { Ink } from "./axes";

/** A dot on a curve at the cursor. */
export interface Mark {
  readonly left: number;
  readonly top: number;
  readonly color: string;
  readonly strong: boolean;
}

export interface CursorDrawing {
  readonly width: number;
  readonly height: number;
  /** Null hides the line. */
  readonly left: number | null;
  readonly ink: Ink;
  readonly marks: readonly Mark[];
  /** Draws what lies under the cursor's line, on the bare canvas in its own pixels. */
  paint(ctx: CanvasRenderingContext2D, ratio: number): void;
}

/** A canvas over the curves, so that moving the cursor does not draw the curves again. */
export class CursorLayer {
  private readonly canvas = document.createElement("canvas");

  constructor(over: HTMLElement) {
    this.canvas.style.cssText = "position:absolute;inset:0;width:100%;height:100%;pointer-events:none";
    this.canvas.setAttribute("aria-hidden", "true");
    over.append(this.canvas);
  }

  draw({ width, height, left, ink, marks, paint }: CursorDrawing): void {
    const ratio = devicePixelRatio;
    // Setting a size also clears the canvas.
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const ctx = this.canvas.getContext("2d");
    if (ctx === null) return;
    paint(ctx, ratio);
    if (left === null) return;
    ctx.scale(ratio, ratio);
    ctx.strokeStyle = ink.text;
    ctx.globalAlpha = 0.5;
    ctx.setLineDash([3, 3]);
    ctx.beginPath();
    ctx.moveTo(Math.round(left) + 0.5, 0);
    ctx.lineTo(Math.round(left) + 0.5, height);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.setLineDash([]);
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = ink.ground;
    for (const mark of marks) {
      ctx.fillStyle = mark.color;
      ctx.beginPath();
      ctx.arc(mark.left, mark.top, mark.strong ? 4.5 : 3, 0, Math.PI * 2);
      ctx.fill();
      ctx.stroke();
    }
  }
}
