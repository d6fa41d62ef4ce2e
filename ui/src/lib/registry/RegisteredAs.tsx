import { useQuery } from "@tanstack/react-query";
import { lineageQuery } from "@/api/registry";
import type { LineageKind } from "@/api/registry/lineage";
import { Fact } from "../Facts";
import { PageLink } from "../PageLink";
import { pageBelow } from "../paths";
import { useWorkspace } from "../workspace";
import { versionsIn } from "./versionsIn";

/** Versions that are named; of more, their number. */
const NAMED = 3;

interface RegisteredAsProps {
  kind: LineageKind;
  id: string;
}

/** The versions of models that came of a thing; nothing where there are none. */
export function RegisteredAs({ kind, id }: RegisteredAsProps) {
  const workspace = useWorkspace();
  const { data } = useQuery(lineageQuery(workspace, kind, id, "down"));
  const versions = data === undefined ? [] : versionsIn(data);
  if (versions.length === 0) return null;
  return (
    <Fact label="Registered as">
      {versions.slice(0, NAMED).map((version, index) => (
        <span key={version.key}>
          {index > 0 && ", "}
          <PageLink page={pageBelow(workspace, version.page)}>
            {version.title} v{version.detail}
          </PageLink>
        </span>
      ))}
      {versions.length > NAMED && <span>and {versions.length - NAMED} more</span>}
    </Fact>
  );
}
