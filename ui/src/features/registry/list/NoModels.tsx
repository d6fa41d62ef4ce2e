import { Button } from "@mantine/core";
import { CodeBlock } from "@/lib/CodeBlock";
import { FirstSteps } from "@/lib/FirstSteps";
import { PageLink } from "@/lib/PageLink";
import { experimentsPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import { registerCommand, registerPython } from "../logic/snippets";

/** What an empty registry teaches. */
export function NoModels({ onNew }: { onNew: () => void }) {
  const workspace = useWorkspace();
  return (
    <FirstSteps id="no-models" title="Register your first model">
      <p>
        A registered model has a name and numbered versions. Each version leads back to its run, its commit
        and its data; aliases such as <code>champion</code> say which one is in use.
      </p>
      <h3>When a run logs it</h3>
      <CodeBlock code={registerPython(window.location.origin)} label="Python code" />
      <h3>From a run that is here already</h3>
      <p>
        Open the run in <PageLink page={experimentsPage(workspace)}>Experiments</PageLink>, then{" "}
        <b>Register model</b>.
      </p>
      <h3>Or from the command line, by the id of its logged model</h3>
      <CodeBlock code={registerCommand()} label="Command" />
      <h3>Or begin with its name</h3>
      <Button size="xs" onClick={onNew}>
        New model
      </Button>
    </FirstSteps>
  );
}
