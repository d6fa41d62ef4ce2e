import type { RunDetail } from "@/api/types";
import classes from "./CodeTab.module.css";
import { CommitPanel } from "./CommitPanel";
import { DatasetsPanel } from "./DatasetsPanel";
import { FilesPanel } from "./FilesPanel";
import { ModelsPanel } from "./ModelsPanel";

/** What it takes to do the run again: code, environment, data; and the models it made. */
export default function CodeTab({ run }: { run: RunDetail }) {
  return (
    <div className={classes.tab}>
      <div className={classes.column}>
        <CommitPanel run={run} />
        <FilesPanel run={run} />
      </div>
      <div className={classes.column}>
        <DatasetsPanel datasets={run.inputs} />
        <ModelsPanel run={run} />
      </div>
    </div>
  );
}
