import { Button } from "@mantine/core";
import { CodeBlock } from "@/lib/CodeBlock";
import { FirstSteps } from "@/lib/FirstSteps";
import { compilePython, firstPipelinePython } from "../logic/snippets";

/** What an empty catalog teaches. */
export function NoPipelines({ onUpload }: { onUpload: () => void }) {
  return (
    <FirstSteps id="no-pipelines" title="Upload your first pipeline">
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
    </FirstSteps>
  );
}
