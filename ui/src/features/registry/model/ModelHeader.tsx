import { Button, Menu } from "@mantine/core";
import { Ellipsis, Link, Pencil, ShieldCheck, Trash2 } from "lucide-react";
import type { ModelRow } from "@/api/registry/types";
import { copyText } from "@/lib/copy";
import { Fact, Facts } from "@/lib/Facts";
import { formatCount } from "@/lib/numbers";
import { PageHead } from "@/lib/PageHead";
import { PageLink } from "@/lib/PageLink";
import { registeredModelPage, versionPage } from "@/lib/paths";
import { AliasChip } from "@/lib/registry/AliasChip";
import { StageChip } from "@/lib/registry/StageChip";
import { stageCounts } from "@/lib/registry/stages";
import { TimeAgo } from "@/lib/TimeAgo";
import { useWorkspace } from "@/lib/workspace";

interface ModelHeaderProps {
  model: ModelRow;
  onRename: () => void;
  onRule: () => void;
  onDelete: () => void;
}

/** Which model this is, how it stands, and what can be done with it. */
export function ModelHeader({ model, onRename, onRule, onDelete }: ModelHeaderProps) {
  const workspace = useWorkspace();
  const isPrompt = model.kind === "prompt";
  const latest = isPrompt
    ? registeredModelPage(workspace, model.name, { version: String(model.latest_version) })
    : versionPage(workspace, model.name, model.latest_version);
  const aliases = Object.entries(model.aliases).sort(([, a], [, b]) => b - a);
  const stages = stageCounts(model.stages);
  const tools = (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button variant="default" size="xs" px={8} aria-label={`More for this ${model.kind}`}>
          <Ellipsis size={16} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Pencil size={15} />} onClick={onRename}>
          Rename
        </Menu.Item>
        <Menu.Item leftSection={<ShieldCheck size={15} />} onClick={onRule}>
          Rule for promotions
        </Menu.Item>
        <Menu.Item
          leftSection={<Link size={15} />}
          onClick={() => void copyText(window.location.href, "Link")}
        >
          Copy link to this view
        </Menu.Item>
        <Menu.Item color="var(--tm-bad)" leftSection={<Trash2 size={15} />} onClick={onDelete}>
          Delete the {model.kind}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
  return (
    <PageHead title={model.name} tools={tools}>
      <Facts>
        <Fact label="Versions">
          <span className="tm-number">{formatCount(model.version_count)}</span>
        </Fact>
        {model.latest_version > 0 && (
          <Fact label="Latest">
            <PageLink page={latest}>v{model.latest_version}</PageLink>
            <TimeAgo ms={model.latest_ms} />
          </Fact>
        )}
        {aliases.length > 0 && (
          <Fact label="Aliases">
            {aliases.map(([alias, version]) => (
              <AliasChip key={alias} model={model.name} alias={alias} version={version} withVersion />
            ))}
          </Fact>
        )}
        {stages.length > 0 && (
          <Fact label="Stages">
            {stages.map(([stage, count]) => (
              <StageChip key={stage} stage={stage} count={count} />
            ))}
          </Fact>
        )}
        {model.state === "ARCHIVED" && <Fact label="Kept in">the archive</Fact>}
        {model.owner !== "" && <Fact label="Owner">{model.owner}</Fact>}
        <Fact label="Created">
          <TimeAgo ms={model.created_ms} />
        </Fact>
        <Fact label="Changed">
          <TimeAgo ms={model.updated_ms} />
        </Fact>
      </Facts>
    </PageHead>
  );
}
