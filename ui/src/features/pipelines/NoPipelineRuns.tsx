import { CodeBlock } from "@/lib/CodeBlock";
import { FirstSteps } from "@/lib/FirstSteps";
import { PageLink } from "@/lib/PageLink";
import { catalogPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import { firstPipelinePython } from "./logic/snippets";

/** What an empty list teaches: the way to the first run. */
export function NoPipelineRuns() {
  const workspace = useWorkspace();
  return (
    <FirstSteps id="no-pipeline-runs" title="Run your first pipeline">
      <p>
        A pipeline is a graph of steps, written with Kubeflow's kfp. Each step runs as a job here; what it was
        given, what it made and its log are kept, and a run that broke goes on where it broke.
      </p>
      <h3>From Python</h3>
      <CodeBlock code="pip install kfp" label="Shell command" />
      <CodeBlock code={firstPipelinePython(window.location.origin)} label="Python code" />
      <h3>From a file</h3>
      <p>
        What kfp compiles can be uploaded under <PageLink page={catalogPage(workspace)}>Pipelines</PageLink>,
        and run from there with a form.
      </p>
    </FirstSteps>
  );
}
