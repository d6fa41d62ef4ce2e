import type { Values } from "@/api/pipelines/types";
import { CopyButton } from "@/lib/CopyButton";
import { formatCount } from "@/lib/numbers";
import { Panel } from "@/lib/Panel";
import { ArtifactCard } from "../artifacts/ArtifactCard";
import { plainName, valueBlock, valueText } from "../logic/values";
import classes from "./ValuesPanel.module.css";

interface ValuesPanelProps {
  runId: string;
  /** The path of the task that was given or made these. */
  task: string;
  side: "inputs" | "outputs";
  values: Values;
  none: string;
}

/** Artifacts of a list that are shown. */
const ARTIFACTS_MAX = 50;
/** Characters of a value that are shown; all of it can be copied. */
const VALUE_MAX = 4000;

/** What a task was given or made: parameters as values, artifacts with where they are and what is known of them. */
export function ValuesPanel({
  runId,
  task,
  side,
  values: { parameters, artifacts },
  none,
}: ValuesPanelProps) {
  const values = Object.entries(parameters);
  const made = Object.entries(artifacts);
  const count = values.length + made.length;
  return (
    <Panel title={side === "inputs" ? "Inputs" : "Outputs"} count={formatCount(count)}>
      {count === 0 ? (
        <p className={classes.none}>{none}</p>
      ) : (
        <dl className={classes.values}>
          {values.map(([name, value]) => (
            <div key={name}>
              <dt title={name}>{plainName(name)}</dt>
              <dd>
                <Value name={name} value={value} />
              </dd>
            </div>
          ))}
          {made.map(([name, list]) => (
            <div key={`artifact ${name}`}>
              <dt title={name}>{plainName(name)}</dt>
              <dd className={classes.artifacts}>
                {list.slice(0, ARTIFACTS_MAX).map((artifact, number) => (
                  <ArtifactCard
                    // biome-ignore lint/suspicious/noArrayIndexKey: an artifact of a list is known by its number.
                    key={number}
                    runId={runId}
                    task={task}
                    side={side}
                    name={name}
                    number={number}
                    artifact={artifact}
                  />
                ))}
                {list.length > ARTIFACTS_MAX && (
                  <p className={classes.none}>and {formatCount(list.length - ARTIFACTS_MAX)} more</p>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  );
}

function Value({ name, value }: { name: string; value: unknown }) {
  const text = valueBlock(value);
  if (text === "") return <span className={classes.none}>empty text</span>;
  return (
    <span className={classes.value}>
      <code>{text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)} …` : text}</code>
      <CopyButton text={valueText(value)} what={`Value of ${plainName(name)}`} />
    </span>
  );
}
