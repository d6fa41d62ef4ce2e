import { Pencil } from "lucide-react";
import type { KeptRule } from "@/api/registry/types";
import { Panel } from "@/lib/Panel";
import { SmallButton } from "@/lib/SmallButton";
import { TimeAgo } from "@/lib/TimeAgo";
import classes from "../version/Version.module.css";

/** Who may promote versions, and what must be green for it. */
export function RulePanel({ rule: kept, onEdit }: { rule: KeptRule | null; onEdit: () => void }) {
  const edit = (
    <SmallButton onClick={onEdit}>
      <Pencil size={12} aria-hidden /> {kept === null ? "Set" : "Edit"}
    </SmallButton>
  );
  return (
    <Panel title="Rule for promotions" tools={edit}>
      {kept === null ? (
        <p className={classes.none}>None: whoever may edit may promote any version.</p>
      ) : (
        <dl className={classes.facts}>
          <dt>Guards</dt>
          <dd>{[...kept.rule.aliases, ...kept.rule.stages].join(", ")}</dd>
          <dt>Given by</dt>
          <dd>{kept.rule.promoters.join(", ") || "whoever may edit"}</dd>
          <dt>Requires</dt>
          <dd>
            {kept.rule.required.length === 0 && "nothing"}
            {kept.rule.required.map((each) => (
              <code key={each} className={classes.line}>
                {each}
              </code>
            ))}
          </dd>
          <dt>Set by</dt>
          <dd>
            {kept.updated_by}, <TimeAgo ms={kept.updated_ms} />
          </dd>
        </dl>
      )}
    </Panel>
  );
}
