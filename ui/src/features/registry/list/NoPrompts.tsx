import { Button } from "@mantine/core";
import { CodeBlock } from "@/lib/CodeBlock";
import { FirstSteps } from "@/lib/FirstSteps";
import { promptPython } from "../logic/snippets";

/** What a registry without prompts teaches. */
export function NoPrompts({ onNew }: { onNew: () => void }) {
  return (
    <FirstSteps id="no-prompts" title="Register your first prompt">
      <p>
        A prompt is a text with places to fill in, kept in versions like a model: what changed between two of
        them is shown line by line.
      </p>
      <h3>From Python</h3>
      <CodeBlock code={promptPython(window.location.origin)} label="Python code" />
      <h3>Or write it here</h3>
      <Button size="xs" onClick={onNew}>
        New prompt
      </Button>
    </FirstSteps>
  );
}
