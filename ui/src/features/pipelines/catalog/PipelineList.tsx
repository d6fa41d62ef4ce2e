import type { Pipeline } from "@/api/pipelines/types";
import { PageLink } from "@/lib/PageLink";
import { catalogPage } from "@/lib/paths";
import { TimeAgo } from "@/lib/TimeAgo";
import { useWorkspace } from "@/lib/workspace";
import classes from "./PipelineList.module.css";

interface PipelineListProps {
  pipelines: readonly Pipeline[];
  /** An id. */
  chosen: string;
}

/** Every pipeline by name, the latest first. */
export function PipelineList({ pipelines, chosen }: PipelineListProps) {
  const workspace = useWorkspace();
  return (
    <ul className={classes.list} aria-label="Pipelines">
      {pipelines.map((pipeline) => (
        <li key={pipeline.pipeline_id}>
          <PageLink
            page={catalogPage(workspace, pipeline.pipeline_id)}
            className={classes.item}
            aria-current={pipeline.pipeline_id === chosen ? "true" : undefined}
          >
            <span className={classes.name}>{pipeline.display_name}</span>
            <span className={classes.when}>
              <TimeAgo ms={Date.parse(pipeline.created_at)} />
            </span>
            {pipeline.description !== undefined && (
              <span className={classes.description}>{pipeline.description}</span>
            )}
          </PageLink>
        </li>
      ))}
    </ul>
  );
}
