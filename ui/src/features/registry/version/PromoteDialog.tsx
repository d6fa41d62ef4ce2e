import { TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleX } from "lucide-react";
import { useId, useState } from "react";
import { keys } from "@/api/keys";
import { type Promotion, promote } from "@/api/registry/changes";
import type { VersionDetail } from "@/api/registry/types";
import { sessionQuery } from "@/api/session";
import { FormDialog } from "@/lib/FormDialog";
import { plural } from "@/lib/numbers";
import { STAGES } from "@/lib/registry/stages";
import { Segmented } from "@/lib/Segmented";
import { StateMark } from "@/lib/StateMark";
import { toastDone } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";
import { offeredAliases, outlookOf, type Target } from "../logic/promotion";
import { CheckList } from "./CheckList";
import classes from "./PromoteDialog.module.css";

const KINDS = [
  { value: "alias", label: "Alias" },
  { value: "stage", label: "Stage" },
] as const;

interface PromoteDialogProps {
  detail: VersionDetail;
  onClose: () => void;
}

/** Gives a version an alias or a stage; says first what the model's rule would say, and then what the server did. */
export function PromoteDialog({ detail, onClose }: PromoteDialogProps) {
  const { version, model, rule } = detail;
  const workspace = useWorkspace();
  const client = useQueryClient();
  const { data: session } = useQuery(sessionQuery(workspace));
  const offered = offeredAliases(rule?.rule, Object.keys(model.aliases));
  const [what, setWhat] = useState<"alias" | "stage">(
    rule !== null && rule.rule.aliases.length === 0 ? "stage" : "alias",
  );
  const [alias, setAlias] = useState(offered.find((each) => !version.aliases.includes(each)) ?? "");
  const [stage, setStage] = useState("Production");
  const [archives, setArchives] = useState(true);
  const target: Target = { what, name: what === "alias" ? alias.trim() : stage };
  const holder = what === "alias" ? model.aliases[target.name] : undefined;
  const others = (model.stages[stage] ?? 0) - (version.stage === stage ? 1 : 0);
  const canArchive = what === "stage" && (stage === "Production" || stage === "Staging") && others > 0;
  const outlook = outlookOf(target, rule, detail.checks, session?.user.name);
  const submit = async () => {
    const promotion: Promotion =
      what === "alias" ? { alias: target.name } : { stage, archive_existing: canArchive && archives };
    await promote(workspace, version.name, version.version, promotion);
    await client.invalidateQueries({ queryKey: keys.registry(workspace) });
    toastDone(`Version ${version.version} is ${what === "alias" ? target.name : `in ${stage}`} now`);
  };
  const listId = useId();
  return (
    <FormDialog
      title={`Promote version ${version.version}`}
      action="Promote"
      size={520}
      incomplete={
        target.name === "" || holder === version.version || (what === "stage" && stage === version.stage)
      }
      onSubmit={submit}
      onClose={onClose}
    >
      <Segmented label="What it gets" options={KINDS} value={what} onChange={setWhat} />
      {what === "alias" ? (
        <>
          <TextInput
            data-autofocus
            size="xs"
            label="Alias"
            list={listId}
            value={alias}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setAlias(event.currentTarget.value)}
          />
          <datalist id={listId}>
            {offered.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
          <p className={classes.note}>{aliasWords(target.name, holder, version.version)}</p>
        </>
      ) : (
        <>
          <label className={classes.stage}>
            Stage
            <select value={stage} onChange={(event) => setStage(event.currentTarget.value)}>
              {STAGES.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </label>
          {stage === version.stage && <p className={classes.note}>It is in that stage already.</p>}
          {canArchive && (
            <label className={classes.check}>
              <input
                type="checkbox"
                checked={archives}
                onChange={(event) => setArchives(event.currentTarget.checked)}
              />
              Archive the {plural(others, "other version")} in {stage}
            </label>
          )}
        </>
      )}
      <section className={classes.rule} aria-label="What the rule says">
        {!outlook.guarded && <p className={classes.note}>No rule guards this: whoever may edit may do it.</p>}
        {outlook.guarded && (
          <>
            <StateMark
              icon={outlook.red.length > 0 || outlook.notAllowed ? CircleX : CircleCheck}
              tone={outlook.red.length > 0 || outlook.notAllowed ? "bad" : "ok"}
              label={
                outlook.red.length > 0
                  ? `The rule does not allow it: ${plural(outlook.red.length, "check")} red`
                  : outlook.notAllowed
                    ? "You are not among those who may"
                    : "The rule allows it"
              }
            />
            {(rule?.rule.promoters.length ?? 0) > 0 && (
              <p className={classes.note}>Only by {rule?.rule.promoters.join(", ")}.</p>
            )}
            <CheckList checks={detail.checks} />
          </>
        )}
      </section>
    </FormDialog>
  );
}

function aliasWords(alias: string, holder: number | undefined, version: number): string {
  if (alias === "") return "Programs load a version by its alias: models:/name@alias.";
  if (holder === undefined) return "No version has it yet.";
  return holder === version ? "This version has it already." : `Version ${holder} has it now, and loses it.`;
}
