import type { VersionRow } from "@/api/registry/types";
import { chatTurns, promptText } from "../logic/prompts";
import classes from "./Prompt.module.css";

/** What a version of a prompt says: a text, or a conversation turn by turn. */
export function PromptText({ version }: { version: VersionRow }) {
  const turns = chatTurns(version);
  if (turns === null)
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard.
      <pre className={classes.text} tabIndex={0}>
        {promptText(version)}
      </pre>
    );
  return (
    <dl className={classes.turns}>
      {turns.map((turn, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: turns stay in their order.
        <div key={index}>
          <dt>{turn.role}</dt>
          <dd>{turn.content}</dd>
        </div>
      ))}
    </dl>
  );
}
