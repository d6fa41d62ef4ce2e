import { Markdown } from "@/lib/Markdown";
import { ErrorMessage } from "@/lib/Message";
import { formatBytes } from "@/lib/numbers";
import { fileName } from "../logic/kinds";
import classes from "./DocumentView.module.css";
import type { FileViewProps } from "./Preview";
import bar from "./Preview.module.css";
import { useText } from "./useText";

const MARKDOWN_BYTES = 512 * 1024;

interface DocumentViewProps extends FileViewProps {
  kind: "markdown" | "html" | "audio" | "video" | "pdf";
}

/** Files that the browser can show by itself, or nearly so. */
export default function DocumentView({ kind, ...file }: DocumentViewProps) {
  if (kind === "markdown") return <MarkdownFile {...file} />;
  if (kind === "html") return <Page {...file} />;
  if (kind === "pdf") {
    return (
      <div className={classes.centre}>
        <p>PDF documents open in a tab of their own.</p>
        <a href={file.url} target="_blank" rel="noreferrer">
          Open {fileName(file.path)}
        </a>
      </div>
    );
  }
  return (
    <div className={classes.centre}>
      {kind === "audio" ? (
        // biome-ignore lint/a11y/useMediaCaption: a run's recording comes without captions.
        <audio controls preload="metadata" src={file.url} aria-label={fileName(file.path)} />
      ) : (
        // biome-ignore lint/a11y/useMediaCaption: a run's recording comes without captions.
        <video controls preload="metadata" src={file.url} aria-label={fileName(file.path)} />
      )}
    </div>
  );
}

/** A page from a run: shown in a frame that is nobody's origin, so that its scripts reach nothing of ours. */
function Page({ url, path }: FileViewProps) {
  return <iframe className={classes.frame} src={url} sandbox="allow-scripts" title={fileName(path)} />;
}

function MarkdownFile({ url, facts }: FileViewProps) {
  const source = useText(url, facts.digest, MARKDOWN_BYTES);
  if (source.error) return <ErrorMessage title="The file could not be read" error={source.error} />;
  if (source.read === 0) return <div role="status" aria-label="Loading the file" />;
  return (
    <>
      {source.more && (
        <div className={bar.bar}>
          first {formatBytes(source.read)} of {formatBytes(facts.size)}
        </div>
      )}
      <div className={classes.markdown}>
        <Markdown text={source.text} />
      </div>
    </>
  );
}
