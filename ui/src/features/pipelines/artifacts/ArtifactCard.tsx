import { ChevronDown, ChevronRight } from "lucide-react";
import { lazy, Suspense } from "react";
import type { TaskArtifact } from "@/api/pipelines/types";
import { CopyButton } from "@/lib/CopyButton";
import { formatBytes } from "@/lib/numbers";
import { useQueryState } from "@/lib/queryState";
import { valueText } from "../logic/values";
import classes from "./ArtifactCard.module.css";

const ArtifactPreview = lazy(() => import("./ArtifactPreview"));
const ClassificationView = lazy(() => import("./ClassificationView"));

interface ArtifactCardProps {
  runId: string;
  task: string;
  side: "inputs" | "outputs";
  name: string;
  number: number;
  artifact: TaskArtifact;
}

/** Characters of a value of the metadata. */
const VALUE_MAX = 4000;
const SHOWN_MAX = 300;
const CLASSIFICATION = "system.ClassificationMetrics";
/** What a step made to be looked at is open from the start, if it is no larger than this. */
const CARDS = ["system.HTML", "system.Markdown"];
const CARD_MAX_BYTES = 1024 * 1024;
/** Names no file: everything was closed. */
const NONE = "none";
/** Of a `ClassificationMetrics`: what is drawn, and no line of text. */
const DRAWN = ["confidenceMetrics", "confusionMatrix"];

/** An artifact: what it is, where it is, what is known of it, and what is in it where one wants to see that. */
export function ArtifactCard({ runId, task, side, name, number, artifact }: ArtifactCardProps) {
  const [query, patch] = useQueryState();
  const key = `${side}/${name}/${number}`;
  const open = query.file === undefined ? isCard(artifact, side) : query.file === key;
  const isClassification = artifact.type === CLASSIFICATION;
  const metadata = Object.entries(artifact.metadata).filter(
    ([each]) => !(isClassification && DRAWN.includes(each)),
  );
  const isKept = artifact.size !== null;
  const hasContent = isKept && (artifact.size ?? 0) > 0;
  return (
    <div className={classes.artifact}>
      <span className={classes.head}>
        {hasContent ? (
          <button
            type="button"
            className={classes.open}
            aria-expanded={open}
            onClick={() => patch({ file: open ? NONE : key })}
          >
            {open ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
            {artifact.name}
          </button>
        ) : (
          <strong>{artifact.name}</strong>
        )}
        {artifact.type !== "" && (
          <span className={classes.type}>{artifact.type.replace(/^system\./, "")}</span>
        )}
        {artifact.size !== null && artifact.size > 0 && (
          <span className={classes.size}>{formatBytes(artifact.size)}</span>
        )}
        <CopyButton text={artifact.uri} what={`URI of ${artifact.name}`} />
      </span>
      {!isKept && <code className={classes.uri}>{artifact.uri}</code>}
      {metadata.length > 0 && (
        <dl className={classes.metadata} aria-label={`Metadata of ${artifact.name}`}>
          {metadata.map(([each, value]) => (
            <div key={each}>
              <dt>{each}</dt>
              <dd title={valueText(value).slice(0, VALUE_MAX)}>{valueText(value).slice(0, SHOWN_MAX)}</dd>
            </div>
          ))}
        </dl>
      )}
      <Suspense fallback={<div role="status" aria-label="Loading the artifact" />}>
        {isClassification && <ClassificationView metadata={artifact.metadata} />}
        {open && hasContent && (
          <ArtifactPreview runId={runId} task={task} side={side} name={name} number={number} />
        )}
      </Suspense>
    </div>
  );
}

function isCard(artifact: TaskArtifact, side: ArtifactCardProps["side"]): boolean {
  return side === "outputs" && CARDS.includes(artifact.type) && (artifact.size ?? 0) <= CARD_MAX_BYTES;
}
