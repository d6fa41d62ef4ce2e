import type { Parameters } from "@/api/pipelines/types";
import { formatNumber } from "@/lib/numbers";
import classes from "./ClassificationView.module.css";
import { areaUnder, type ConfusionMatrix, confusionOf, type RocPoint, rocOf } from "./classification";

const SIZE = 180;

/** What a `system.ClassificationMetrics` says: its ROC curve and its confusion matrix. */
export default function ClassificationView({ metadata }: { metadata: Parameters }) {
  const points = rocOf(metadata);
  const matrix = confusionOf(metadata);
  return (
    <div className={classes.both}>
      {points.length > 1 && <Roc points={points} />}
      {matrix !== null && <Confusion matrix={matrix} />}
    </div>
  );
}

function Roc({ points }: { points: readonly RocPoint[] }) {
  const area = formatNumber(areaUnder(points));
  const sorted = [...points].sort((a, b) => a.falsePositives - b.falsePositives || a.recall - b.recall);
  const line = sorted.map(({ falsePositives, recall }) => `${falsePositives * SIZE},${(1 - recall) * SIZE}`);
  return (
    <figure className={classes.figure}>
      <svg viewBox={`-1 -1 ${SIZE + 2} ${SIZE + 2}`} role="img" aria-label={`ROC curve, area ${area}`}>
        <rect width={SIZE} height={SIZE} className={classes.frame} />
        <line x1={0} y1={SIZE} x2={SIZE} y2={0} className={classes.chance} />
        <polyline points={line.join(" ")} className={classes.curve} />
        {sorted.length <= 60 &&
          sorted.map((point, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: points have no names, and stay in their order.
            <circle key={index} cx={point.falsePositives * SIZE} cy={(1 - point.recall) * SIZE} r={2.5}>
              <title>
                {`threshold ${formatNumber(point.threshold)}: recall ${formatNumber(point.recall)}, false positives ${formatNumber(point.falsePositives)}`}
              </title>
            </circle>
          ))}
      </svg>
      <figcaption>Recall over false positives. Area {area}</figcaption>
    </figure>
  );
}

function Confusion({ matrix: { labels, rows } }: { matrix: ConfusionMatrix }) {
  const most = Math.max(1, ...rows.flat());
  return (
    <figure className={classes.figure}>
      <table className={classes.matrix} aria-label="Confusion matrix">
        <thead>
          <tr>
            <td />
            {labels.map((label) => (
              <th key={label} scope="col" title={`predicted ${label}`}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const label = labels[index] ?? "";
            return (
              <tr key={label}>
                <th scope="row" title={`true ${label}`}>
                  {label}
                </th>
                {row.map((count, column) => (
                  <td
                    key={labels[column]}
                    style={{ "--share": `${(count / most) * 70}%` } as React.CSSProperties}
                    data-right={index === column || undefined}
                    title={`true ${label}, predicted ${labels[column]}: ${count}`}
                  >
                    {formatNumber(count)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      <figcaption>Rows: true. Columns: predicted.</figcaption>
    </figure>
  );
}
