import type { VersionDetail } from "@/api/registry/types";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { registeredModelPage } from "@/lib/paths";
import { TimeAgo } from "@/lib/TimeAgo";
import { useWorkspace } from "@/lib/workspace";
import { CheckList } from "./CheckList";
import classes from "./Version.module.css";

/** What the model's rule finds of this version, and what was reported of it besides. */
export function ChecksPanel({ detail: { rule, checks, reports, model } }: { detail: VersionDetail }) {
  const workspace = useWorkspace();
  const green = checks.filter((check) => check.is_green).length;
  const required = new Set(checks.map((check) => check.requirement));
  const others = reports.filter((report) => !required.has(`check.${report.name}`));
  const guarded = [...(rule?.rule.aliases ?? []), ...(rule?.rule.stages ?? [])];
  return (
    <Panel title="Checks" count={checks.length === 0 ? undefined : `${green} of ${checks.length} green`}>
      {rule === null && (
        <p className={classes.none}>
          No rule guards this model: whoever may edit may promote. A rule is set on{" "}
          <PageLink page={registeredModelPage(workspace, model.name)}>the model's page</PageLink>.
        </p>
      )}
      {rule !== null && (
        <p className={classes.lead}>
          For {guarded.join(", ")}
          {rule.rule.promoters.length > 0 && `, given by ${rule.rule.promoters.join(", ")}`}
          {checks.length === 0 && ": nothing has to be green"}
        </p>
      )}
      <CheckList checks={checks} />
      {others.length > 0 && (
        <>
          <h3 className={classes.sub}>Also reported</h3>
          <CheckList
            checks={others.map((report) => ({
              requirement: report.name,
              is_green: report.outcome === "green",
              reason: report.message || `by ${report.reported_by}`,
              link: report.link,
            }))}
          />
          <p className={classes.none}>
            Last reported <TimeAgo ms={Math.max(...others.map((report) => report.reported_ms))} />
          </p>
        </>
      )}
    </Panel>
  );
}
