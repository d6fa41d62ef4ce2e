import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { modelHistoryQuery, versionListQuery } from "@/api/registry";
import type { ModelDetail, VersionRow } from "@/api/registry/types";
import { ErrorMessage, Message } from "@/lib/Message";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { registeredModelPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { AliasChip } from "@/lib/registry/AliasChip";
import { useShortcuts } from "@/lib/shortcuts";
import { TimeAgo } from "@/lib/TimeAgo";
import { TagsPanel } from "@/lib/tags/TagsPanel";
import { useWorkspace } from "@/lib/workspace";
import { DescriptionPanel } from "../DescriptionPanel";
import { HistoryPanel } from "../HistoryPanel";
import { promptText } from "../logic/prompts";
import { firstLine } from "../logic/words";
import type { PlaceActions } from "../usePlaceActions";
import classes from "./Prompt.module.css";
import { PromptVersion } from "./PromptVersion";

const NewPromptDialog = lazy(async () => ({
  default: (await import("./NewPromptDialog")).NewPromptDialog,
}));

/** Versions that are listed. */
const LISTED = 500;

interface PromptViewProps {
  detail: ModelDetail;
  actions: PlaceActions;
}

/** The versions of a prompt: the text of one, or what changed from another to it. */
export default function PromptView({ detail: { model }, actions }: PromptViewProps) {
  const workspace = useWorkspace();
  const [query, patch] = useQueryState();
  const [writing, setWriting] = useState(false);
  const { data, error, refetch } = useQuery(versionListQuery(workspace, model.name, 0, LISTED));
  const { data: history } = useQuery(modelHistoryQuery(workspace, model.name));
  useShortcuts("Prompt", [{ keys: "n", label: "New version", run: () => setWriting(true) }]);
  const versions = data?.versions ?? [];
  const chosen = versions.find((each) => String(each.version) === query.version) ?? versions[0];
  const against = versions.find((each) => String(each.version) === query.against && each !== chosen);
  const latest = versions[0];
  return (
    <div className={classes.content}>
      {error !== null && data === undefined && (
        <ErrorMessage title="Its versions cannot be shown" error={error} onRetry={() => void refetch()} />
      )}
      <div className={classes.grid}>
        <Panel
          title="Versions"
          count={data?.total}
          tools={
            <Button size="xs" leftSection={<Plus size={14} />} onClick={() => setWriting(true)} title="N">
              New version
            </Button>
          }
          flush
        >
          <ol className={classes.versions}>
            {versions.map((each) => (
              <Line key={each.version} version={each} isChosen={each === chosen} />
            ))}
          </ol>
        </Panel>
        <div className={classes.column}>
          {chosen === undefined ? (
            data !== undefined && (
              <Message title="No version yet">Write the first one with New version.</Message>
            )
          ) : (
            <PromptVersion
              version={chosen}
              versions={versions}
              against={against}
              onAgainst={(version) => patch({ against: version })}
            />
          )}
        </div>
        <div className={classes.column}>
          <DescriptionPanel
            title="Description"
            text={model.description}
            empty="What is it asked for?"
            actions={actions}
          />
          <TagsPanel tags={model.tags} actions={actions} />
          <HistoryPanel model={model.name} history={history?.history ?? []} withVersions />
        </div>
      </div>
      {writing && (
        <Suspense>
          <NewPromptDialog
            prompt={{ name: model.name, text: latest === undefined ? "" : promptText(latest) }}
            onClose={() => setWriting(false)}
          />
        </Suspense>
      )}
    </div>
  );
}

function Line({ version, isChosen }: { version: VersionRow; isChosen: boolean }) {
  const workspace = useWorkspace();
  return (
    <li data-chosen={isChosen || undefined}>
      <PageLink
        page={registeredModelPage(workspace, version.name, { version: String(version.version) })}
        aria-current={isChosen ? "true" : undefined}
      >
        v{version.version}
      </PageLink>
      {version.aliases.map((alias) => (
        <AliasChip key={alias} model={version.name} alias={alias} version={version.version} />
      ))}
      <span className={classes.when}>
        <TimeAgo ms={version.created_ms} />
      </span>
      {version.description !== "" && (
        <span className={classes.note} title={firstLine(version.description)}>
          {firstLine(version.description)}
        </span>
      )}
    </li>
  );
}
