import { useQuery } from "@tanstack/react-query";
import { ArrowUpFromLine } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { versionQuery } from "@/api/registry";
import type { VersionRow } from "@/api/registry/types";
import { CodeBlock } from "@/lib/CodeBlock";
import { CopyButton } from "@/lib/CopyButton";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { versionPage } from "@/lib/paths";
import { SmallButton } from "@/lib/SmallButton";
import { useWorkspace } from "@/lib/workspace";
import { lineDiff } from "../logic/lineDiff";
import { comparedText, placesIn, promptText } from "../logic/prompts";
import { loadPromptPython } from "../logic/snippets";
import { LineDiffView } from "./LineDiffView";
import classes from "./Prompt.module.css";
import { PromptText } from "./PromptText";

const PromoteDialog = lazy(async () => ({
  default: (await import("../version/PromoteDialog")).PromoteDialog,
}));

interface PromptVersionProps {
  version: VersionRow;
  versions: readonly VersionRow[];
  /** What it is compared with, if anything. */
  against: VersionRow | undefined;
  onAgainst: (version: string) => void;
}

/** The text of a version of a prompt, or its changes since another one. */
export function PromptVersion({ version, versions, against, onAgainst }: PromptVersionProps) {
  const workspace = useWorkspace();
  const [promoting, setPromoting] = useState(false);
  const text = promptText(version);
  const places = placesIn(text);
  const choice = (
    <>
      <CopyButton text={text} what="Text" />
      <select
        className={classes.against}
        aria-label="Compare with"
        value={against?.version ?? ""}
        onChange={(event) => onAgainst(event.currentTarget.value)}
      >
        <option value="">Compare with …</option>
        {versions
          .filter((each) => each !== version)
          .map((each) => (
            <option key={each.version} value={each.version}>
              v{each.version}
            </option>
          ))}
      </select>
      <SmallButton onClick={() => setPromoting(true)}>
        <ArrowUpFromLine size={12} aria-hidden /> Promote
      </SmallButton>
    </>
  );
  const title =
    against === undefined ? `Version ${version.version}` : `From v${against.version} to v${version.version}`;
  return (
    <>
      <Panel title={title} tools={choice} flush>
        {against === undefined ? <PromptText version={version} /> : <Changes from={against} to={version} />}
        {places.length > 0 && (
          <p className={classes.places}>
            Filled in:{" "}
            {places.map((place) => (
              <code key={place}>{place}</code>
            ))}
          </p>
        )}
      </Panel>
      <Panel
        title="Load it"
        tools={
          <PageLink page={versionPage(workspace, version.name, version.version)}>
            Tags, lineage and history of v{version.version}
          </PageLink>
        }
      >
        <CodeBlock
          code={loadPromptPython(window.location.origin, version.name, version.version)}
          label="Python code"
        />
      </Panel>
      {promoting && (
        <Suspense>
          <Promoting version={version} onClose={() => setPromoting(false)} />
        </Suspense>
      )}
    </>
  );
}

function Changes({ from, to }: { from: VersionRow; to: VersionRow }) {
  const lines = useMemo(() => lineDiff(comparedText(from), comparedText(to)), [from, to]);
  return <LineDiffView lines={lines} />;
}

function Promoting({ version, onClose }: { version: VersionRow; onClose: () => void }) {
  const { data } = useQuery(versionQuery(useWorkspace(), version.name, version.version));
  return data === undefined ? null : <PromoteDialog detail={data} onClose={onClose} />;
}
