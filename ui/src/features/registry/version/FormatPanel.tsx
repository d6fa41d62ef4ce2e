import { CodeXml, FileQuestion, ShieldCheck, TriangleAlert } from "lucide-react";
import type { ModelFacts } from "@/api/registry/types";
import { CopyButton } from "@/lib/CopyButton";
import { formatBytes, plural } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import type { Target } from "@/lib/paths";
import { StateMark } from "@/lib/StateMark";
import { FORMATS } from "../logic/words";
import classes from "./Version.module.css";

const ICONS = { safe: ShieldCheck, pickle: TriangleAlert, code: CodeXml, unknown: FileQuestion };

/** How the files are loaded, whether that is safe, and what they need. */
export function FormatPanel({ facts, files }: { facts: ModelFacts; files: Target }) {
  const format = FORMATS[facts.format];
  const text = facts.requirements.join("\n");
  return (
    <Panel title="Files" count={facts.file_count > 0 ? facts.file_count : undefined}>
      {facts.problem !== "" && <p className={classes.none}>{facts.problem}</p>}
      {facts.problem === "" && (
        <dl className={classes.facts}>
          <dt>Format</dt>
          <dd title={facts.unsafe_files.join(", ")}>
            <StateMark icon={ICONS[facts.format]} tone={format.tone} label={format.word} />
          </dd>
          <dd className={classes.wide}>{format.means}</dd>
          <dt>Flavors</dt>
          <dd className={classes.chips}>
            {facts.flavors.map(({ name, version }) => (
              <span key={name} className={classes.chip}>
                {name}
                {version !== "" && <span className={classes.faint}> {version}</span>}
              </span>
            ))}
          </dd>
          <Known label="Python" value={facts.python_version} />
          <Known label="MLflow" value={facts.mlflow_version} />
          <dt>Size</dt>
          <dd>
            {formatBytes(facts.size)} in <PageLink page={files}>{plural(facts.file_count, "file")}</PageLink>
          </dd>
        </dl>
      )}
      {facts.requirements.length > 0 && (
        <details className={classes.fold} open={facts.requirements.length <= 8}>
          <summary>{plural(facts.requirements.length, "requirement")}</summary>
          <CopyButton text={text} what="Requirements" />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard. */}
          <pre tabIndex={0}>{text}</pre>
        </details>
      )}
    </Panel>
  );
}

function Known({ label, value }: { label: string; value: string }) {
  if (value === "") return null;
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}
