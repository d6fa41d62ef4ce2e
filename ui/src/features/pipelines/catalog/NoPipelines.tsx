import { Button } from "@mantine/core";
import { CodeBlock } from "@/lib/CodeBlock";
import { compilePython, firstPipelinePython } from "../logic/snippets";
import classes from "../NoPipelineRuns.module.css";

/** What an empty catalog teaches. */
export function NoPipelines({ onUpload }: { onUpload: () => void }) {
  return (
    <section className={classes.steps} aria-labelledby="no-pipelines">
      <h2 id="no-pipelines">Upload your first pipeline</h2>
      <p>
        A pipeline that is uploaded can be run from this page, with a form for its parameters; each upload is
        a version, and runs say of which they are.
      </p>
      <h3>From a file that kfp compiled</h3>
      <CodeBlock code={compilePython()} label="Python code" />
      <Button size="xs" mt="sm" onClick={onUpload}>
        Upload a file
      </Button>
      <h3>Or run one at once, from Python</h3>
      <CodeBlock code={firstPipelinePython(window.location.origin)} label="Python code of a run" />
    </section>
  );
}
