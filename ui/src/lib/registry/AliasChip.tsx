import { AtSign } from "lucide-react";
import { PageLink } from "../PageLink";
import { versionPage } from "../paths";
import { useWorkspace } from "../workspace";
import classes from "./Chips.module.css";

interface AliasChipProps {
  model: string;
  alias: string;
  version: number;
  /** Also show to which version it leads. */
  withVersion?: boolean;
}

/** An alias, which leads to the version that has it. */
export function AliasChip({ model, alias, version, withVersion = false }: AliasChipProps) {
  const workspace = useWorkspace();
  return (
    <PageLink
      page={versionPage(workspace, model, version)}
      className={classes.alias}
      title={`${alias} is version ${version}`}
    >
      <AtSign size={11} aria-hidden />
      <span>{alias}</span>
      {withVersion && <span className={classes.faint}>v{version}</span>}
    </PageLink>
  );
}
