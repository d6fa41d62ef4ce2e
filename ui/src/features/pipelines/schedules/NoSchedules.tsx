import { Button } from "@mantine/core";
import { CodeBlock } from "@/lib/CodeBlock";
import { FirstSteps } from "@/lib/FirstSteps";
import { PageLink } from "@/lib/PageLink";
import { catalogPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import { recurringPython, scheduleCommand } from "../logic/snippets";

interface NoSchedulesProps {
  /** Undefined where there is no pipeline to choose. */
  onCreate: (() => void) | undefined;
}

/** What an empty list of schedules teaches. */
export function NoSchedules({ onCreate }: NoSchedulesProps) {
  const workspace = useWorkspace();
  return (
    <FirstSteps id="no-schedules" title="Run a pipeline at times">
      <p>
        A schedule begins a run of a pipeline every day, every fifteen minutes, or whenever a cron expression
        says. Each time gets its run once, even where the server was down, and says so where one could not
        begin.
      </p>
      {onCreate === undefined ? (
        <p>
          First upload what is to run, under <PageLink page={catalogPage(workspace)}>Pipelines</PageLink>.
        </p>
      ) : (
        <Button size="xs" mt="sm" onClick={onCreate}>
          New schedule
        </Button>
      )}
      <h3>From the terminal</h3>
      <CodeBlock code={scheduleCommand()} label="Shell command" />
      <h3>From Python, as Kubeflow's recurring runs</h3>
      <CodeBlock code={recurringPython(window.location.origin)} label="Python code" />
    </FirstSteps>
  );
}
