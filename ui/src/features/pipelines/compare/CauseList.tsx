import type { RunChanges } from "@/api/pipelines/types";
import { plural } from "@/lib/numbers";
import { plainName, valueText } from "../logic/values";
import classes from "./CauseList.module.css";
import { inputGroups } from "./changes";
import { DiffView } from "./DiffView";

/** Tasks that are named where many took the same. */
const NAMED_MAX = 3;

/** What two runs were made of and given that differs: parameters, code, packages, settings, contents of inputs. */
export function CauseList({ changes }: { changes: RunChanges }) {
  const inputs = inputGroups(changes.inputs);
  return (
    <div className={classes.causes}>
      {changes.parameters.length > 0 && (
        <Cause title="Parameters">
          {changes.parameters.map(({ name, in_before, in_after, before, after }) => (
            <Line key={name} name={name}>
              <BeforeAfter
                before={in_before ? valueText(before) : "not given"}
                after={in_after ? valueText(after) : "not given"}
              />
            </Line>
          ))}
        </Cause>
      )}
      {changes.code.length > 0 && (
        <Cause title="Code">
          {changes.code.map((change) => (
            <DiffView key={change.components.join()} change={change} />
          ))}
        </Cause>
      )}
      {changes.packages.length > 0 && (
        <Cause title="Packages">
          {changes.packages.map(({ component, removed, added }) => (
            <Line key={component} name={componentName(component)}>
              <span className={classes.pair}>
                {removed.length > 0 && <del>{removed.join(", ")}</del>}
                {added.length > 0 && <ins>{added.join(", ")}</ins>}
              </span>
            </Line>
          ))}
        </Cause>
      )}
      {changes.settings.length > 0 && (
        <Cause title="Settings">
          {changes.settings.map(({ component, name, before, after }) => (
            <Line key={`${component} ${name}`} name={`${componentName(component)} · ${name}`}>
              <BeforeAfter before={before || "none"} after={after || "none"} />
            </Line>
          ))}
        </Cause>
      )}
      {inputs.length > 0 && (
        <Cause title="Data that steps took">
          {inputs.map(({ name, before, after, paths }) => (
            <Line key={`${before} ${after}`} name={plainName(name)}>
              <BeforeAfter before={before || "none"} after={after || "none"} />
              <span className={classes.where} title={paths.slice(0, 50).join("\n")}>
                {paths.length > NAMED_MAX ? plural(paths.length, "step") : paths.join(", ")}
              </span>
            </Line>
          ))}
        </Cause>
      )}
      {changes.cut.length > 0 && <p className={classes.where}>There is more of: {changes.cut.join(", ")}.</p>}
    </div>
  );
}

/** kfp calls the component of `fit` `comp-fit`. */
export function componentName(component: string): string {
  return component.replace(/^comp-/, "");
}

function Cause({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={classes.cause} aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Line({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={classes.line}>
      <span title={name}>{name}</span>
      <div>{children}</div>
    </div>
  );
}

function BeforeAfter({ before, after }: { before: string; after: string }) {
  return (
    <span className={classes.pair}>
      <del>{before}</del>
      <span aria-hidden>→</span>
      <ins>{after}</ins>
    </span>
  );
}
