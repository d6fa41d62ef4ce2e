import { Button, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { keys } from "@/api/keys";
import { removeRule, setRule } from "@/api/registry/changes";
import type { KeptRule, ModelRow } from "@/api/registry/types";
import { FormDialog } from "@/lib/FormDialog";
import { STAGES } from "@/lib/registry/stages";
import { toastDone, toastError } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";
import { ruleOf, textsOf, USUAL_REQUIREMENTS, withRequirement } from "../logic/ruleForm";
import classes from "./RuleDialog.module.css";

interface RuleDialogProps {
  model: ModelRow;
  kept: KeptRule | null;
  onClose: () => void;
}

/** Who may give which aliases and stages, and what must be green for it. */
export function RuleDialog({ model, kept, onClose }: RuleDialogProps) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const [texts, setTexts] = useState(() => textsOf(kept?.rule));
  const change = (part: Partial<typeof texts>) => setTexts((before) => ({ ...before, ...part }));
  const refresh = () => client.invalidateQueries({ queryKey: keys.registry(workspace) });
  const submit = async () => {
    await setRule(workspace, model.name, ruleOf(texts));
    await refresh();
    toastDone("Rule saved");
  };
  const remove = async () => {
    try {
      await removeRule(workspace, model.name);
    } catch (error) {
      toastError("The rule was not removed", error);
      return;
    }
    await refresh();
    toastDone("Rule removed");
    onClose();
  };
  return (
    <FormDialog
      title={`Rule of ${model.name}`}
      action="Save the rule"
      size={560}
      aside={
        kept !== null && (
          <Button variant="subtle" size="xs" color="var(--tm-bad)" onClick={() => void remove()}>
            Remove the rule
          </Button>
        )
      }
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        size="xs"
        label="Aliases that it guards"
        description="Names, separated by commas"
        value={texts.aliases}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => change({ aliases: event.currentTarget.value })}
      />
      <fieldset className={classes.stages}>
        <legend>Stages that it guards</legend>
        {STAGES.filter((stage) => stage !== "None").map((stage) => (
          <label key={stage}>
            <input
              type="checkbox"
              checked={texts.stages.includes(stage)}
              onChange={(event) =>
                change({
                  stages: event.currentTarget.checked
                    ? [...texts.stages, stage]
                    : texts.stages.filter((each) => each !== stage),
                })
              }
            />
            {stage}
          </label>
        ))}
      </fieldset>
      <TextInput
        size="xs"
        label="Who may give and take them"
        description="Names of users, separated by commas; empty for whoever may edit"
        value={texts.promoters}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => change({ promoters: event.currentTarget.value })}
      />
      <Textarea
        size="xs"
        label="What must be green"
        description="One requirement a line"
        rows={4}
        value={texts.required}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--tm-mono)" } }}
        onChange={(event) => change({ required: event.currentTarget.value })}
      />
      <div className={classes.usual}>
        {USUAL_REQUIREMENTS.map((line) => (
          <button
            key={line}
            type="button"
            onClick={() => change({ required: withRequirement(texts.required, line) })}
          >
            <Plus size={11} aria-hidden /> {line}
          </button>
        ))}
      </div>
    </FormDialog>
  );
}
