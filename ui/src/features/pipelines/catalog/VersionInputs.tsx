import type { PipelineVersion } from "@/api/pipelines/types";
import { formatCount } from "@/lib/numbers";
import { Panel } from "@/lib/Panel";
import { fieldsOf, KIND_WORDS } from "../logic/form";
import classes from "./PipelineDetail.module.css";

/** What a version asks for, and the tasks at its top. */
export function VersionInputs({ version }: { version: PipelineVersion }) {
  const fields = fieldsOf(version.pipeline_spec);
  const tasks = Object.keys(version.pipeline_spec.root?.dag?.tasks ?? {});
  return (
    <>
      <Panel title="Parameters" count={formatCount(fields.length)}>
        {fields.length === 0 ? (
          <p className={classes.none}>It asks for nothing.</p>
        ) : (
          <dl className={classes.inputs}>
            {fields.map((field) => (
              <div key={field.name}>
                <dt title={field.description}>{field.name}</dt>
                <dd>{KIND_WORDS[field.kind]}</dd>
                <dd>
                  {field.initial !== "" ? (
                    <code>{field.initial.slice(0, 500)}</code>
                  ) : field.optional ? (
                    "may be left out"
                  ) : (
                    "needed"
                  )}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Panel>
      <Panel title="Tasks" count={formatCount(tasks.length)}>
        <p className={classes.none}>{tasks.join(", ")}</p>
      </Panel>
    </>
  );
}
