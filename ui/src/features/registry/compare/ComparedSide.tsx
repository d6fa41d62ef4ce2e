import { useQuery } from "@tanstack/react-query";
import { versionListQuery } from "@/api/registry";
import type { VersionRow } from "@/api/registry/types";
import { PageLink } from "@/lib/PageLink";
import { versionPage } from "@/lib/paths";
import { AliasChip } from "@/lib/registry/AliasChip";
import { StageChip } from "@/lib/registry/StageChip";
import { TimeAgo } from "@/lib/TimeAgo";
import { useWorkspace } from "@/lib/workspace";
import classes from "./Compare.module.css";

/** Versions that are offered; another one is asked for by its address. */
const OFFERED = 200;

interface ComparedSideProps {
  label: string;
  name: string;
  version: VersionRow;
  onChoose: (version: number) => void;
}

/** Which version is on a side, and a choice of another one. */
export function ComparedSide({ label, name, version, onChoose }: ComparedSideProps) {
  const workspace = useWorkspace();
  const { data } = useQuery(versionListQuery(workspace, name, 0, OFFERED));
  const offered = data?.versions.map((each) => each.version) ?? [];
  const all = offered.includes(version.version) ? offered : [version.version, ...offered];
  return (
    <section className={classes.side} aria-label={`${label}: version ${version.version}`}>
      <select
        aria-label={`Version on the ${label.toLowerCase()}`}
        value={version.version}
        onChange={(event) => onChoose(Number(event.currentTarget.value))}
      >
        {all.map((each) => (
          <option key={each} value={each}>
            v{each}
          </option>
        ))}
      </select>
      <PageLink page={versionPage(workspace, name, version.version)}>Open</PageLink>
      {version.aliases.map((alias) => (
        <AliasChip key={alias} model={name} alias={alias} version={version.version} />
      ))}
      <StageChip stage={version.stage} />
      <span className={classes.when}>
        <TimeAgo ms={version.created_ms} />
        {version.user !== "" && ` by ${version.user}`}
      </span>
    </section>
  );
}
