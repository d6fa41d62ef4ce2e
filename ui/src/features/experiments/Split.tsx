import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { setPreferences, usePreferences } from "@/lib/preferences";
import classes from "./Split.module.css";

interface SplitProps {
  left: ReactNode;
  right: ReactNode;
  label: string;
}

const LEAST = 0.2;
const MOST = 0.8;
const KEY_STEP = 0.04;

/** Two panes with a divider that pointer and arrow keys move; the place is this person's habit. */
export function Split({ left, right, label }: SplitProps) {
  const { split } = usePreferences();
  const frame = useRef<HTMLDivElement>(null);
  const move = (share: number) => setPreferences({ split: Math.min(MOST, Math.max(LEAST, share)) });

  const onPointerMove = (event: PointerEvent<HTMLHRElement>) => {
    const box = frame.current?.getBoundingClientRect();
    if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    move((event.clientX - box.left) / box.width);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -KEY_STEP, ArrowRight: KEY_STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(split + step);
  };
  return (
    <div
      ref={frame}
      className={classes.split}
      style={{ gridTemplateColumns: `${split}fr 5px ${1 - split}fr` }}
    >
      <div className={classes.pane}>{left}</div>
      <hr
        className={classes.divider}
        aria-orientation="vertical"
        aria-label={label}
        aria-valuenow={Math.round(split * 100)}
        aria-valuemin={LEAST * 100}
        aria-valuemax={MOST * 100}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onPointerMove}
        onDoubleClick={() => move(0.5)}
        onKeyDown={onKeyDown}
      />
      <div className={classes.pane}>{right}</div>
    </div>
  );
}
