import { Button, Group, Input, Modal, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { CalendarClock } from "lucide-react";
import { type FormEvent, useMemo, useState } from "react";
import { errorHint, errorMessage } from "@/api/errors";
import { pipelineVersionsQuery } from "@/api/pipelines/catalog";
import type { NewSchedule, TriggerQuery } from "@/api/pipelines/schedules";
import type { Pipeline } from "@/api/pipelines/types";
import { useWorkspace } from "@/lib/workspace";
import dialogs from "../catalog/Dialogs.module.css";
import { ParameterInput } from "../catalog/ParameterInput";
import { type FieldTexts, fieldsOf, parametersOf } from "../logic/form";
import { firstTexts, triggerOf } from "../logic/trigger";
import classes from "./ScheduleDialog.module.css";
import { TriggerInputs } from "./TriggerInputs";
import { TriggerPreview } from "./TriggerPreview";
import { useScheduleActions } from "./useScheduleActions";

interface ScheduleDialogProps {
  /** Those that may be chosen; one at least. */
  pipelines: readonly Pipeline[];
  /** An id of one of them. */
  first: string | undefined;
  onDone: (scheduleId: string) => void;
  onClose: () => void;
}

/** Asks what is to run, with what, and when; and makes a schedule of it. */
export function ScheduleDialog({ pipelines, first, onDone, onClose }: ScheduleDialogProps) {
  const workspace = useWorkspace();
  const actions = useScheduleActions();
  const [pipelineId, setPipelineId] = useState(first ?? pipelines[0]?.pipeline_id ?? "");
  const pipeline = pipelines.find((one) => one.pipeline_id === pipelineId);
  const { data: versions } = useQuery(pipelineVersionsQuery(workspace, pipelineId));
  const [versionId, setVersionId] = useState("");
  const version = versions?.find((one) => one.pipeline_version_id === versionId) ?? versions?.[0];
  const fields = useMemo(() => (version === undefined ? [] : fieldsOf(version.pipeline_spec)), [version]);
  const [name, setName] = useState<string | null>(null);
  const [texts, setTexts] = useState<FieldTexts>({});
  const [when, setWhen] = useState(() => firstTexts(Intl.DateTimeFormat().resolvedOptions().timeZone));
  const [catchesUp, setCatchesUp] = useState(false);
  const [most, setMost] = useState("1");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const { parameters, errors } = parametersOf(fields, texts);
  const asked = triggerOf(when);
  const told = name ?? pipeline?.display_name ?? "";

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(errors).length > 0 || "error" in asked || version === undefined || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      const id = await actions.create({
        display_name: told.trim(),
        pipeline_version_reference: {
          pipeline_id: pipelineId,
          ...(versionId === "" ? {} : { pipeline_version_id: versionId }),
        },
        runtime_config: { parameters },
        trigger: wireTrigger(asked.trigger),
        max_concurrency: most.trim() || "1",
        no_catchup: !catchesUp,
      });
      onClose();
      onDone(id);
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title="Run a pipeline at times"
      size={600}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit} className={dialogs.form}>
        <Choice
          label="Pipeline"
          value={pipelineId}
          options={pipelines.map((one) => [one.pipeline_id, one.display_name])}
          onChange={(id) => {
            setPipelineId(id);
            setVersionId("");
            setTexts({});
          }}
        />
        <Choice
          label="Version"
          value={versionId}
          options={[
            ["", "always the latest"],
            ...(versions ?? []).map((one): [string, string] => [one.pipeline_version_id, one.display_name]),
          ]}
          onChange={setVersionId}
        />
        <TextInput
          size="xs"
          label="Name of the schedule"
          value={told}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TriggerInputs texts={when} onChange={setWhen} />
        <TriggerPreview asked={asked} />
        {fields.map((field) => (
          <ParameterInput
            key={field.name}
            field={field}
            value={texts[field.name] ?? field.initial}
            error={tried || texts[field.name] !== undefined ? errors[field.name] : undefined}
            onChange={(text) => setTexts((before) => ({ ...before, [field.name]: text }))}
          />
        ))}
        {fields.some((field) => field.kind === "text") && (
          <p className={dialogs.note}>
            A text may say <code>[[ScheduledTime]]</code>, <code>[[Index]]</code> or <code>[[RunUUID]]</code>.
          </p>
        )}
        <TextInput
          size="xs"
          label="Runs at once, at most"
          inputMode="numeric"
          value={most}
          onChange={(event) => setMost(event.currentTarget.value)}
        />
        <label className={classes.check}>
          <input
            type="checkbox"
            checked={catchesUp}
            onChange={(event) => setCatchesUp(event.currentTarget.checked)}
          />
          Catch up on times that were missed, each with a run of its own
        </label>
        {failure !== null && (
          <p role="alert" className={dialogs.failure}>
            {errorMessage(failure)} <span>{errorHint(failure)}</span>
          </p>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="xs" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" size="xs" loading={busy} leftSection={<CalendarClock size={13} />}>
            Schedule
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  /** Values and what they are called. */
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const id = `schedule-${label.toLowerCase()}`;
  return (
    <Input.Wrapper size="xs" label={label} id={id}>
      <Input
        component="select"
        size="xs"
        id={id}
        value={value}
        pointer
        classNames={{ input: dialogs.select ?? "" }}
        onChange={(event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value)}
      >
        {options.map(([one, called]) => (
          <option key={one} value={one}>
            {called}
          </option>
        ))}
      </Input>
    </Input.Wrapper>
  );
}

function wireTrigger({ cron, timezone, interval_s }: TriggerQuery): NewSchedule["trigger"] {
  if (cron === undefined) return { periodic_schedule: { interval_second: String(interval_s) } };
  const zoned = timezone === undefined || timezone === "" || cron.includes("TZ=");
  return { cron_schedule: { cron: zoned ? cron : `CRON_TZ=${timezone} ${cron}` } };
}
