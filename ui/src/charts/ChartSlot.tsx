import { memo, useRef } from "react";
import { ChartCard, type ChartCardProps } from "./ChartCard";
import classes from "./ChartCard.module.css";
import { useNear } from "./useNear";

/**
 * The place of a chart. There may be thousands: a chart itself, with its requests and its canvas, exists only
 * while it is near the window.
 */
export const ChartSlot = memo(function ChartSlot(props: ChartCardProps) {
  const place = useRef<HTMLDivElement>(null);
  const near = useNear(place);
  return (
    <div ref={place} className={classes.slot}>
      {near && <ChartCard {...props} />}
    </div>
  );
});
