import { useQuery } from "@tanstack/react-query";
import { modelHistoryQuery } from "@/api/registry";
import type { ModelDetail } from "@/api/registry/types";
import { MarkdownPanel } from "@/lib/MarkdownPanel";
import { TagsPanel } from "@/lib/tags/TagsPanel";
import { useWorkspace } from "@/lib/workspace";
import { DescriptionPanel } from "../DescriptionPanel";
import { HistoryPanel } from "../HistoryPanel";
import { CARD_TEMPLATE } from "../logic/cardTemplate";
import type { PlaceActions } from "../usePlaceActions";
import classes from "../version/Version.module.css";
import { RulePanel } from "./RulePanel";
import { VersionsPanel } from "./VersionsPanel";

interface ModelOverviewProps {
  detail: ModelDetail;
  actions: PlaceActions;
  onRule: () => void;
}

/** A model's versions, what people should know of it, and how it is guarded. */
export function ModelOverview({ detail: { model, card, rule }, actions, onRule }: ModelOverviewProps) {
  const workspace = useWorkspace();
  const { data: history } = useQuery(modelHistoryQuery(workspace, model.name));
  return (
    <div className={classes.content}>
      <div className={classes.grid}>
        <div className={classes.column}>
          <VersionsPanel model={model} />
          <MarkdownPanel
            title="Card"
            text={card}
            empty="What is it for, what was it trained on, and where does it fail?"
            template={CARD_TEMPLATE}
            editable
            onSave={actions.writeCard}
          />
        </div>
        <div className={classes.column}>
          <DescriptionPanel
            title="Description"
            text={model.description}
            empty="What does it do? Lists show the first line."
            actions={actions}
          />
          <RulePanel rule={rule} onEdit={onRule} />
          <TagsPanel tags={model.tags} actions={actions} />
          <HistoryPanel model={model.name} history={history?.history ?? []} withVersions />
        </div>
      </div>
    </div>
  );
}
