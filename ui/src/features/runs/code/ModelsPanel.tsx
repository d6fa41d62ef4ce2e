import { Box } from "lucide-react";
import type { RunDetail } from "@/api/types";
import { CopyButton } from "@/lib/CopyButton";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { modelPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import classes from "./CodeTab.module.css";

/** The models that the run logged, with the address to load them by. */
export function ModelsPanel({ run }: { run: RunDetail }) {
  const workspace = useWorkspace();
  return (
    <Panel title="Logged models" count={run.models.length}>
      {run.models.length === 0 && <span className={classes.dim}>This run logged no model.</span>}
      <ul className={classes.models}>
        {run.models.map((model) => (
          <li key={model.model_id}>
            <Box size={15} aria-hidden />
            <PageLink page={modelPage(workspace, run.experiment_id, model.model_id)}>{model.name}</PageLink>
            <span className={classes.badge}>{statusText(model.status)}</span>
            <code title={model.model_id}>models:/{model.model_id}</code>
            <CopyButton text={`models:/${model.model_id}`} what="Model address" />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** "LOGGED_MODEL_READY" as "ready". */
function statusText(status: string): string {
  return status
    .replace(/^LOGGED_MODEL_/, "")
    .toLowerCase()
    .replaceAll("_", " ");
}
