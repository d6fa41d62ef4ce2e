import { useMemo, useState } from "react";
import { ErrorMessage } from "@/lib/Message";
import { formatBytes } from "@/lib/numbers";
import { JsonTree } from "./JsonTree";
import type { FileViewProps } from "./Preview";
import classes from "./Preview.module.css";
import TextView from "./TextView";
import { useText } from "./useText";

/** A JSON file up to this size is read whole and shown as a tree. */
const TREE_BYTES = 4 * 1024 * 1024;

/** JSON as a tree that folds, or as the text it is. */
export default function JsonView(props: FileViewProps) {
  const { facts } = props;
  if (facts.size > TREE_BYTES) {
    return (
      <>
        <div className={classes.bar}>
          {formatBytes(facts.size)} of JSON is more than a tree is good for: shown as text.
        </div>
        <TextView {...props} />
      </>
    );
  }
  return <SmallJson {...props} />;
}

function SmallJson(props: FileViewProps) {
  const [asText, setAsText] = useState(false);
  const source = useText(props.url, props.facts.digest, TREE_BYTES + 1);
  const parsed = useMemo(() => (source.read === 0 ? null : parse(source.text)), [source.text, source.read]);
  if (source.error) return <ErrorMessage title="The file could not be read" error={source.error} />;
  if (parsed === null) return <div role="status" aria-label="Loading the file" />;
  if ("problem" in parsed) {
    return (
      <>
        <div className={`${classes.bar} ${classes.bad}`} role="alert">
          Not valid JSON: {parsed.problem}
        </div>
        <TextView {...props} />
      </>
    );
  }
  return (
    <>
      <div className={classes.bar}>
        <button
          type="button"
          className={classes.button}
          aria-pressed={!asText}
          onClick={() => setAsText(false)}
        >
          Tree
        </button>
        <button
          type="button"
          className={classes.button}
          aria-pressed={asText}
          onClick={() => setAsText(true)}
        >
          Text
        </button>
      </div>
      {asText ? <TextView {...props} /> : <JsonTree value={parsed.value} />}
    </>
  );
}

function parse(text: string): { value: unknown } | { problem: string } {
  try {
    return { value: JSON.parse(withoutNonFinite(text)) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Python writes NaN and Infinity, which JSON does not know: outside of strings they become texts. */
function withoutNonFinite(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) =>
    found.startsWith('"') ? found : `"${found}"`,
  );
}
