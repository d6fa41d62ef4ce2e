import { lazy, Suspense } from "react";
import type { VersionDetail } from "@/api/registry/types";
import { CodeBlock } from "@/lib/CodeBlock";
import { MarkdownPanel } from "@/lib/MarkdownPanel";
import { Panel } from "@/lib/Panel";
import { versionPage } from "@/lib/paths";
import { TagsPanel } from "@/lib/tags/TagsPanel";
import { useWorkspace } from "@/lib/workspace";
import { DescriptionPanel } from "../DescriptionPanel";
import { HistoryPanel } from "../HistoryPanel";
import { CARD_TEMPLATE } from "../logic/cardTemplate";
import { loadPromptPython, loadPython, versionCommands } from "../logic/snippets";
import { PromptText } from "../prompt/PromptText";
import type { PlaceActions } from "../usePlaceActions";
import { ChecksPanel } from "./ChecksPanel";
import { FormatPanel } from "./FormatPanel";
import { SignaturePanel } from "./SignaturePanel";
import { StandingPanel } from "./StandingPanel";
import { MetricsPanel, ParamsPanel } from "./ValuesPanel";
import classes from "./Version.module.css";

const InputExample = lazy(() => import("./InputExample"));

interface VersionOverviewProps {
  detail: VersionDetail;
  actions: PlaceActions;
  onPromote: () => void;
}

/** What a version is and how it stands, on one screen. */
export function VersionOverview({ detail, actions, onPromote }: VersionOverviewProps) {
  const workspace = useWorkspace();
  const { version, facts } = detail;
  const { name, version: number } = version;
  const isPrompt = detail.model.kind === "prompt";
  const code = isPrompt
    ? loadPromptPython(window.location.origin, name, number)
    : loadPython(window.location.origin, name, number, version.aliases[0]);
  return (
    <div className={classes.grid}>
      <div className={classes.column}>
        <MarkdownPanel
          title="Card"
          text={detail.card}
          empty="What is it for, what was it trained on, and where does it fail?"
          template={CARD_TEMPLATE}
          editable
          onSave={actions.writeCard}
        />
        {isPrompt ? (
          <Panel title="Text" flush>
            <PromptText version={version} />
          </Panel>
        ) : (
          <>
            <SignaturePanel facts={facts} />
            {facts.input_example !== "" && facts.folder !== "" && (
              <Suspense fallback={<div role="status" aria-label="Loading the input example" />}>
                <InputExample folder={facts.folder} path={facts.input_example} />
              </Suspense>
            )}
            <MetricsPanel title="Metrics" values={detail.metrics} none="Nothing was measured of it." />
            <ParamsPanel title="Parameters" values={detail.params} none="Its run logged no parameters." />
          </>
        )}
      </div>
      <div className={classes.column}>
        <StandingPanel detail={detail} actions={actions} onPromote={onPromote} />
        <ChecksPanel detail={detail} />
        <Panel title="Load it">
          <div className={classes.codes}>
            <CodeBlock code={code} label="Python code" />
            {!isPrompt && <CodeBlock code={versionCommands(name, number)} label="Commands" />}
          </div>
        </Panel>
        {!isPrompt && (
          <FormatPanel facts={facts} files={versionPage(workspace, name, number, { tab: "files" })} />
        )}
        <DescriptionPanel
          title="Notes"
          text={version.description}
          empty="What changed with this version?"
          actions={actions}
        />
        <TagsPanel tags={version.tags} actions={actions} />
        <HistoryPanel model={name} history={detail.history} withVersions={false} />
      </div>
    </div>
  );
}
