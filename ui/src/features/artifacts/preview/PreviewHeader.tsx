import { Code, Download, ExternalLink } from "lucide-react";
import { CopyButton } from "@/lib/CopyButton";
import { copyText } from "@/lib/copy";
import { formatBytes, formatCount } from "@/lib/numbers";
import { useWorkspace } from "@/lib/workspace";
import type { FileFacts } from "../bytes";
import { shownPath } from "../logic/kinds";
import { artifactCode } from "../logic/snippet";
import { fileUrl } from "../source";
import classes from "./Preview.module.css";

interface PreviewHeaderProps {
  runId: string;
  path: string;
  facts: FileFacts | null;
}

/** What file this is, and ways to take it along. */
export function PreviewHeader({ runId, path, facts }: PreviewHeaderProps) {
  const workspace = useWorkspace();
  return (
    <header className={classes.header}>
      <h2 title={shownPath(path)}>{shownPath(path)}</h2>
      <CopyButton text={shownPath(path)} what="Path" />
      <span className={classes.facts}>
        {facts !== null && (
          <span title={`${formatCount(facts.size)} bytes`} className="tm-number">
            {formatBytes(facts.size)}
          </span>
        )}
        {facts?.digest && <Digest digest={facts.digest} />}
      </span>
      <button
        type="button"
        className={classes.tool}
        onClick={() => void copyText(artifactCode(window.location.origin, runId, path), "Python")}
        aria-label="Copy Python that downloads this file"
        title="Copy Python that downloads this file"
      >
        <Code size={15} aria-hidden />
      </button>
      <a
        className={classes.tool}
        href={fileUrl(workspace, runId, path)}
        target="_blank"
        rel="noreferrer"
        aria-label="Open the file alone"
        title="Open the file alone"
      >
        <ExternalLink size={15} aria-hidden />
      </a>
      <a className={classes.download} href={fileUrl(workspace, runId, path, true)} download>
        <Download size={14} aria-hidden /> Download
      </a>
    </header>
  );
}

function Digest({ digest }: { digest: string }) {
  const short = digest.replace(/^sha256:/, "").slice(0, 10);
  return (
    <span className={classes.digest} title={digest}>
      <code>{short}</code>
      <CopyButton text={digest} what="Digest" />
    </span>
  );
}
