import { Button } from "@mantine/core";
import { CodeBlock } from "@/lib/CodeBlock";
import { FirstSteps } from "@/lib/FirstSteps";
import { useWorkspace } from "@/lib/workspace";
import { firstJobCli, firstJobPython } from "./logic/snippets";

/** What an empty list teaches: three ways to the first job. */
export function NoJobs({ onNew }: { onNew: () => void }) {
  const workspace = useWorkspace();
  const { origin } = window.location;
  return (
    <FirstSteps id="no-jobs" title="Run your first job">
      <p>
        A job is a command or a Python function that runs on your machines: it waits for its turn, gets what
        it asks for, and keeps its log here whatever becomes of it.
      </p>
      <h3>From this page</h3>
      <Button size="xs" onClick={onNew}>
        New job
      </Button>
      <h3>From a terminal</h3>
      <CodeBlock code={firstJobCli(origin, workspace)} label="Shell command" />
      <h3>From Python</h3>
      <CodeBlock code={firstJobPython(origin, workspace)} label="Python code" />
    </FirstSteps>
  );
}
