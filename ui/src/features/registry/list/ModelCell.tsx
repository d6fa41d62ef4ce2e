import { ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import type { ModelRow } from "@/api/registry/types";
import { plural } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { registeredModelPage, registryPage, versionPage } from "@/lib/paths";
import { AliasChip } from "@/lib/registry/AliasChip";
import { StageChip } from "@/lib/registry/StageChip";
import { stageCounts } from "@/lib/registry/stages";
import { TimeAgo } from "@/lib/TimeAgo";
import { isSystemTag } from "@/lib/tags/TagsPanel";
import { useWorkspace } from "@/lib/workspace";
import { firstLine } from "../logic/words";
import classes from "./ModelTable.module.css";

/** Chips of a cell; the rest is counted. */
const CHIPS = 3;

interface ModelCellProps {
  column: string;
  model: ModelRow;
  narrow: boolean;
}

/** What stands in one cell of the table of models. */
export function ModelCell({ column, model, narrow }: ModelCellProps): ReactNode {
  switch (column) {
    case "name":
      return <Name model={model} narrow={narrow} />;
    case "versions":
      return <Versions model={model} />;
    case "aliases":
      return <Aliases model={model} />;
    case "stages":
      return (
        <span className={classes.chips}>
          {stageCounts(model.stages).map(([stage, count]) => (
            <StageChip key={stage} stage={stage} count={count} />
          ))}
        </span>
      );
    case "tags":
      return <Tags model={model} />;
    case "owner":
      return model.owner;
    case "updated":
      return <TimeAgo ms={model.updated_ms} />;
    default:
      return null;
  }
}

function Name({ model, narrow }: { model: ModelRow; narrow: boolean }) {
  const workspace = useWorkspace();
  const [alias] = Object.entries(model.aliases);
  return (
    <span className={classes.two}>
      <span>
        <PageLink
          page={registeredModelPage(workspace, model.name)}
          className={classes.name}
          title={model.name}
        >
          {model.name}
        </PageLink>
        {model.is_guarded && (
          <span className={classes.guard} title="A rule says who may promote its versions">
            <ShieldCheck size={13} aria-label="Guarded" role="img" />
          </span>
        )}
      </span>
      {narrow && alias !== undefined ? (
        <span>
          <AliasChip model={model.name} alias={alias[0]} version={alias[1]} withVersion />
        </span>
      ) : (
        <span className={classes.under} title={firstLine(model.description)}>
          {firstLine(model.description)}
        </span>
      )}
    </span>
  );
}

function Versions({ model }: { model: ModelRow }) {
  const workspace = useWorkspace();
  if (model.latest_version === 0) return <span className={classes.under}>none</span>;
  return (
    <span className={classes.two}>
      <PageLink
        page={versionPage(workspace, model.name, model.latest_version)}
        title={`The latest version of ${model.name}`}
      >
        v{model.latest_version}
      </PageLink>
      <span className={classes.under} title={plural(model.version_count, "version")}>
        <TimeAgo ms={model.latest_ms} />
      </span>
    </span>
  );
}

function Aliases({ model }: { model: ModelRow }) {
  const aliases = Object.entries(model.aliases).sort(([, a], [, b]) => b - a);
  return (
    <span
      className={classes.chips}
      title={aliases.map(([alias, version]) => `${alias} = ${version}`).join(", ")}
    >
      {aliases.slice(0, CHIPS).map(([alias, version]) => (
        <AliasChip key={alias} model={model.name} alias={alias} version={version} withVersion />
      ))}
      {aliases.length > CHIPS && <span className={classes.under}>+{aliases.length - CHIPS}</span>}
    </span>
  );
}

function Tags({ model }: { model: ModelRow }) {
  const workspace = useWorkspace();
  const tags = Object.entries(model.tags).filter(([key]) => !isSystemTag(key));
  const search = model.kind === "prompt" ? { kind: "prompt" } : {};
  return (
    <span className={classes.chips}>
      {tags.slice(0, CHIPS).map(([key, value]) => {
        const text = value === "" ? key : `${key}=${value}`;
        return (
          <PageLink
            key={key}
            page={registryPage(workspace, { ...search, tag: text })}
            className={classes.tag}
            title={`Show only those with ${text}`}
          >
            {text}
          </PageLink>
        );
      })}
      {tags.length > CHIPS && <span className={classes.under}>+{tags.length - CHIPS}</span>}
    </span>
  );
}
