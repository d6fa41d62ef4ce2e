import classes from "./RunTable.module.css";
import { SPARK_HEIGHT, SPARK_WIDTH, type Spark } from "./sparkPath";

/** The shape of a metric over its run. The numbers are beside it and the whole curve is in the charts. */
export function Sparkline({ spark, color }: { spark: Spark; color: string | undefined }) {
  return (
    <svg
      className={classes.spark}
      width={SPARK_WIDTH}
      height={SPARK_HEIGHT}
      viewBox={`0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`}
      aria-hidden
    >
      <path d={spark} style={color === undefined ? undefined : { stroke: color }} />
    </svg>
  );
}
