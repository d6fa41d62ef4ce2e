import { Plus, X } from "lucide-react";
import type { VersionDetail } from "@/api/registry/types";
import { Panel } from "@/lib/Panel";
import { AliasChip } from "@/lib/registry/AliasChip";
import { StageChip } from "@/lib/registry/StageChip";
import { SmallButton } from "@/lib/SmallButton";
import type { PlaceActions } from "../usePlaceActions";
import classes from "./Version.module.css";

interface StandingPanelProps {
  detail: VersionDetail;
  actions: PlaceActions;
  onPromote: () => void;
}

/** What the version has: aliases, and a stage. */
export function StandingPanel({ detail: { version, used_by }, actions, onPromote }: StandingPanelProps) {
  const give = (
    <SmallButton onClick={onPromote}>
      <Plus size={12} aria-hidden /> Give
    </SmallButton>
  );
  return (
    <Panel title="Aliases and stage" tools={give}>
      <div className={classes.aliases}>
        {version.aliases.map((alias) => (
          <span key={alias}>
            <AliasChip model={version.name} alias={alias} version={version.version} />
            <button
              type="button"
              aria-label={`Take the alias ${alias} away`}
              title="Take it away"
              onClick={() => void actions.removeAlias(alias)}
            >
              <X size={12} />
            </button>
          </span>
        ))}
        {version.aliases.length === 0 && <span className={classes.none}>No alias</span>}
        {version.stage === "None" ? (
          <span className={classes.none}>· no stage</span>
        ) : (
          <StageChip stage={version.stage} />
        )}
      </div>
      {used_by.length > 0 && <p className={classes.none}>In use: {used_by.join(", ")}</p>}
    </Panel>
  );
}
