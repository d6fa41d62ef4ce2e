import type { DatasetDetail } from "@/api/types";
import { CopyButton } from "@/lib/CopyButton";
import { Panel } from "@/lib/Panel";
import { VirtualTable } from "@/lib/VirtualTable";
import { profileFacts, schemaColumns, sourceText } from "../logic/schema";
import facts from "../overview/Overview.module.css";
import classes from "./CodeTab.module.css";

/** The data that went in, with its columns. */
export function DatasetsPanel({ datasets }: { datasets: readonly DatasetDetail[] }) {
  return (
    <Panel title="Data" count={datasets.length}>
      {datasets.length === 0 && (
        <span className={classes.dim}>
          No data set was logged. <code>mlflow.log_input(dataset)</code> keeps its name, digest and columns.
        </span>
      )}
      {datasets.map((dataset) => (
        <Dataset key={`${dataset.name}-${dataset.digest}-${dataset.context}`} dataset={dataset} />
      ))}
    </Panel>
  );
}

function Dataset({ dataset }: { dataset: DatasetDetail }) {
  return (
    <article className={classes.dataset}>
      <h3>
        {dataset.name}
        {dataset.context !== null && <span className={classes.badge}>{dataset.context}</span>}
      </h3>
      <dl className={facts.facts}>
        <dt>Digest</dt>
        <dd>
          <code>{dataset.digest}</code>
          <CopyButton text={dataset.digest} what="Digest" />
        </dd>
        <dt>Source</dt>
        <dd>
          <Source source={dataset.source} />
          <span className={classes.dim}>{dataset.source_type}</span>
        </dd>
        {profileFacts(dataset.profile).map(([key, value]) => (
          <Fact key={key} label={key} value={value} />
        ))}
      </dl>
      <Schema dataset={dataset} />
    </article>
  );
}

function Source({ source }: { source: string }) {
  const text = sourceText(source);
  if (/^https?:\/\//.test(text)) {
    return (
      <a href={text} target="_blank" rel="noreferrer" title={text}>
        {text}
      </a>
    );
  }
  return <code title={source}>{text}</code>;
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <span className="tm-number" title={value}>
          {value}
        </span>
      </dd>
    </>
  );
}

const COLUMNS = [
  { id: "name", header: "Column" },
  { id: "type", header: "Type", width: 150 },
  { id: "required", header: "Required", width: 80 },
];

function Schema({ dataset }: { dataset: DatasetDetail }) {
  const columns = schemaColumns(dataset.schema);
  if (columns === null) return dataset.schema ? <pre>{dataset.schema}</pre> : null;
  const cell = (row: number, column: number) => {
    const one = columns[row];
    if (one === undefined) return null;
    if (column === 0) return <code>{one.name}</code>;
    if (column === 1) return one.type;
    return one.required === null ? "–" : one.required ? "yes" : "no";
  };
  return (
    <div className={classes.schema}>
      <VirtualTable
        label={`Columns of ${dataset.name}`}
        columns={COLUMNS}
        count={columns.length}
        cell={cell}
        maxHeight="260px"
      />
    </div>
  );
}
