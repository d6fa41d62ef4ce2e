import { CodeBlock } from "@/lib/CodeBlock";
import { firstRunCode } from "@/lib/snippets";
import classes from "./FirstSteps.module.css";

/** What a new server shows: how the first run gets here. */
export function FirstSteps({ origin }: { origin: string }) {
  return (
    <section className={classes.steps} aria-labelledby="first-steps">
      <h2 id="first-steps">Log your first run</h2>
      <p>
        Tidemill speaks MLflow, so the <code>mlflow</code> package is all you need. Paste this into Python;
        the run appears here at once.
      </p>
      <CodeBlock code={firstRunCode(origin)} label="Python code" />
      <h3>You have code that logs to MLflow already</h3>
      <p>Point it here and run it unchanged.</p>
      <CodeBlock code={`export MLFLOW_TRACKING_URI=${origin}`} label="Shell command" />
    </section>
  );
}
