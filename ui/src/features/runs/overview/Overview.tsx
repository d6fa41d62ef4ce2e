import type { RunDetail } from "@/api/types";
import { TagsPanel } from "@/lib/tags/TagsPanel";
import { NOTE_TAG, useRunActions } from "../actions";
import { ChildrenPanel } from "./ChildrenPanel";
import { MetricsPanel } from "./MetricsPanel";
import { NotePanel } from "./NotePanel";
import { OriginPanel } from "./OriginPanel";
import classes from "./Overview.module.css";
import { ParamsPanel } from "./ParamsPanel";

/** What a run was given and what came out, on one screen. */
export function Overview({ run }: { run: RunDetail }) {
  const actions = useRunActions(run);
  return (
    <div className={classes.overview}>
      <div className={classes.column}>
        <MetricsPanel run={run} />
        <ParamsPanel params={run.params} />
        <ChildrenPanel run={run} />
      </div>
      <div className={classes.column}>
        <NotePanel run={run} onSave={(text) => actions.setTag(NOTE_TAG, text)} />
        <OriginPanel run={run} />
        <TagsPanel tags={run.tags} actions={run.lifecycle_stage === "deleted" ? null : actions} />
      </div>
    </div>
  );
}
