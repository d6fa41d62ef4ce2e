import { Trash2 } from "lucide-react";
import type { PipelineVersion } from "@/api/pipelines/types";
import { PageLink } from "@/lib/PageLink";
import { catalogPage } from "@/lib/paths";
import { TimeAgo } from "@/lib/TimeAgo";
import { useWorkspace } from "@/lib/workspace";
import classes from "./PipelineDetail.module.css";

interface VersionListProps {
  /** The latest first. */
  versions: readonly PipelineVersion[];
  /** An id. */
  chosen: string;
  onDelete: (version: PipelineVersion) => void;
}

/** The versions of a pipeline; the chosen one is that which is run. */
export function VersionList({ versions, chosen, onDelete }: VersionListProps) {
  const workspace = useWorkspace();
  return (
    <ul className={classes.versions} aria-label="Versions">
      {versions.map((version) => {
        const isChosen = version.pipeline_version_id === chosen;
        return (
          <li key={version.pipeline_version_id} data-chosen={isChosen || undefined}>
            <PageLink
              page={catalogPage(workspace, version.pipeline_id, version.pipeline_version_id)}
              aria-current={isChosen ? "true" : undefined}
              title={version.description ?? version.display_name}
            >
              {version.display_name}
            </PageLink>
            <span className={classes.when}>
              <TimeAgo ms={Date.parse(version.created_at)} />
            </span>
            <button
              type="button"
              onClick={() => onDelete(version)}
              aria-label={`Delete the version ${version.display_name}`}
              title="Delete"
            >
              <Trash2 size={14} aria-hidden />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
