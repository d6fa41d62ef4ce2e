import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import classes from "./CopyButton.module.css";
import { copyText } from "./copy";

interface CopyButtonProps {
  text: string;
  /** What is copied, as in "Run id copied". */
  what: string;
  /** Show this beside the icon. */
  label?: string;
}

const SHOWN_MS = 1500;

/** Copies a text; a tick says that it did. */
export function CopyButton({ text, what, label }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    await copyText(text, what);
    setCopied(true);
  };
  return (
    <button
      type="button"
      className={classes.copy}
      onClick={copy}
      aria-label={`Copy ${what[0]?.toLowerCase()}${what.slice(1)}`}
      title="Copy"
    >
      {copied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
      {label}
    </button>
  );
}
