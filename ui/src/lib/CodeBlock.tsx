import { Check, Copy } from "lucide-react";
import { useState } from "react";
import classes from "./CodeBlock.module.css";
import { copyText } from "./copy";

/** Code to take along. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(code, label);
    setCopied(true);
  };
  return (
    <div className={classes.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard. */}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
      <button type="button" onClick={copy} aria-label={`Copy ${label.toLowerCase()}`}>
        {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        Copy
      </button>
    </div>
  );
}
