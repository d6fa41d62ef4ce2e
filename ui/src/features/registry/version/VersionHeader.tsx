import { Button, Menu } from "@mantine/core";
import { ArrowUpFromLine, Code, Columns2, Ellipsis, Link, Trash2 } from "lucide-react";
import type { VersionDetail } from "@/api/registry/types";
import { CopyButton } from "@/lib/CopyButton";
import { copyText } from "@/lib/copy";
import { Fact, Facts } from "@/lib/Facts";
import { PageHead } from "@/lib/PageHead";
import { useGo } from "@/lib/PageLink";
import { versionComparePage } from "@/lib/paths";
import { AliasChip } from "@/lib/registry/AliasChip";
import { StageChip } from "@/lib/registry/StageChip";
import { TimeAgo } from "@/lib/TimeAgo";
import { useWorkspace } from "@/lib/workspace";
import { loadPromptPython, loadPython } from "../logic/snippets";
import classes from "./VersionHeader.module.css";

interface VersionHeaderProps {
  detail: VersionDetail;
  onPromote: () => void;
  onDelete: () => void;
}

/** Which version this is, how it stands, and what can be done with it. */
export function VersionHeader({ detail, onPromote, onDelete }: VersionHeaderProps) {
  const { version, model } = detail;
  const workspace = useWorkspace();
  const go = useGo();
  const { name, version: number } = version;
  const others = model.aliases.champion ?? model.latest_version;
  const against = others !== number ? others : number > 1 ? number - 1 : model.latest_version;
  const isPrompt = model.kind === "prompt";
  const address = `${isPrompt ? "prompts" : "models"}:/${name}/${number}`;
  const compare = () => go(versionComparePage(workspace, name, against, number));
  const code = isPrompt
    ? loadPromptPython(window.location.origin, name, number)
    : loadPython(window.location.origin, name, number, version.aliases[0]);
  const python = () => void copyText(code, "Python");
  const tools = (
    <>
      <Button size="xs" leftSection={<ArrowUpFromLine size={14} />} onClick={onPromote} title="P">
        Promote
      </Button>
      {against !== number && (
        <Button
          variant="default"
          size="xs"
          className={classes.wide ?? ""}
          leftSection={<Columns2 size={14} />}
          onClick={compare}
          title="C"
        >
          Compare
        </Button>
      )}
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button variant="default" size="xs" px={8} aria-label="More for this version">
            <Ellipsis size={16} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {against !== number && (
            <Menu.Item leftSection={<Columns2 size={15} />} onClick={compare}>
              Compare with version {against}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<Code size={15} />} onClick={python}>
            Copy as Python
          </Menu.Item>
          <Menu.Item
            leftSection={<Link size={15} />}
            onClick={() => void copyText(window.location.href, "Link")}
          >
            Copy link to this view
          </Menu.Item>
          <Menu.Item color="var(--tm-bad)" leftSection={<Trash2 size={15} />} onClick={onDelete}>
            Delete the version
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
  return (
    <PageHead title={`${name} v${number}`} tools={tools}>
      <Facts>
        {version.aliases.length > 0 && (
          <Fact label="Aliases">
            {version.aliases.map((alias) => (
              <AliasChip key={alias} model={name} alias={alias} version={number} />
            ))}
          </Fact>
        )}
        {version.stage !== "None" && (
          <Fact label="Stage">
            <StageChip stage={version.stage} />
          </Fact>
        )}
        {version.status !== "READY" && (
          <Fact label="Status">
            <span className={classes.status} title={version.status_message}>
              {version.status.replaceAll("_", " ").toLowerCase()}
            </span>
          </Fact>
        )}
        {version.state === "ARCHIVED" && <Fact label="Kept in">the archive</Fact>}
        <Fact label="Created">
          <TimeAgo ms={version.created_ms} />
        </Fact>
        {version.user !== "" && <Fact label="By">{version.user}</Fact>}
        <Fact label="Address">
          <code>{address}</code>
          <CopyButton text={address} what="Address" />
        </Fact>
      </Facts>
    </PageHead>
  );
}
