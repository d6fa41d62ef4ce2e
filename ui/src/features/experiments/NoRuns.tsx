import { Button } from "@mantine/core";
import { CodeBlock } from "@/lib/CodeBlock";
import { Message } from "@/lib/Message";
import { firstRunCode } from "@/lib/snippets";
import type { ExperimentView } from "./view/useExperimentView";

/** Why there is no run, and what to do about it. */
export function NoRuns({ view, experimentId }: { view: ExperimentView; experimentId: string }) {
  if (view.state.filter !== "") {
    return (
      <Message title="No run matches the filter">
        <Button variant="default" size="xs" onClick={() => view.change({ filter: "" }, { push: true })}>
          Clear the filter
        </Button>
      </Message>
    );
  }
  if (view.state.view === "deleted") return <Message title="No run of this experiment is deleted" />;
  return (
    <Message title="No runs yet">
      <p>This logs one to this experiment:</p>
      <CodeBlock code={firstRunCode(window.location.origin, experimentId)} label="Python code" />
    </Message>
  );
}
