import { Input, TextInput } from "@mantine/core";
import { useId } from "react";
import { Segmented } from "@/lib/Segmented";
import {
  type TriggerKind,
  type TriggerTexts,
  toggledDay,
  UNIT_SECONDS,
  type Unit,
  WEEK,
} from "../logic/trigger";
import classes from "./TriggerInputs.module.css";

interface TriggerInputsProps {
  texts: TriggerTexts;
  onChange: (texts: TriggerTexts) => void;
}

const KINDS: readonly { value: TriggerKind; label: string }[] = [
  { value: "days", label: "At a time" },
  { value: "interval", label: "Every so often" },
  { value: "cron", label: "Cron" },
];
const UNITS = Object.keys(UNIT_SECONDS) as Unit[];
const TYPED = { size: "xs" as const, spellCheck: false, autoComplete: "off" };

/** Asks when a schedule runs: in one of three ways. */
export function TriggerInputs({ texts, onChange }: TriggerInputsProps) {
  const change = (changes: Partial<TriggerTexts>) => onChange({ ...texts, ...changes });
  return (
    <fieldset className={classes.trigger}>
      <legend>When it runs</legend>
      <Segmented
        label="When it runs"
        options={KINDS}
        value={texts.kind}
        onChange={(kind) => change({ kind })}
      />
      {texts.kind === "interval" && (
        <div className={classes.row}>
          <TextInput
            {...TYPED}
            aria-label="How many"
            inputMode="numeric"
            value={texts.count}
            w={80}
            onChange={(event) => change({ count: event.currentTarget.value })}
          />
          <Input
            component="select"
            size="xs"
            aria-label="Unit"
            pointer
            value={texts.unit}
            classNames={{ input: classes.select ?? "" }}
            onChange={(event: { currentTarget: { value: string } }) =>
              change({ unit: event.currentTarget.value as Unit })
            }
          >
            {UNITS.map((unit) => (
              <option key={unit} value={unit}>
                {unit}
              </option>
            ))}
          </Input>
        </div>
      )}
      {texts.kind === "days" && (
        <div className={classes.row}>
          <TextInput
            {...TYPED}
            type="time"
            aria-label="Time of the day"
            value={texts.time}
            onChange={(event) => change({ time: event.currentTarget.value })}
          />
          <span className={classes.week}>
            {WEEK.map(({ day, label }) => (
              <label key={day}>
                <input
                  type="checkbox"
                  checked={texts.days.length === 0 || texts.days.includes(day)}
                  onChange={() => change({ days: daysAfter(texts.days, day) })}
                />
                <span>{label}</span>
              </label>
            ))}
          </span>
        </div>
      )}
      {texts.kind === "cron" && (
        <TextInput
          {...TYPED}
          aria-label="Cron expression"
          description="minute, hour, day of the month, month, day of the week; a second in front if need be"
          value={texts.cron}
          classNames={{ input: classes.mono ?? "" }}
          onChange={(event) => change({ cron: event.currentTarget.value })}
        />
      )}
      {texts.kind !== "interval" && (
        <ZoneInput value={texts.timezone} onChange={(timezone) => change({ timezone })} />
      )}
    </fieldset>
  );
}

/** No day is every day: the first that is taken out of them leaves the six others. */
function daysAfter(days: readonly number[], day: number): number[] {
  const all = WEEK.map((each) => each.day);
  return toggledDay(days.length === 0 ? all : days, day);
}

function ZoneInput({ value, onChange }: { value: string; onChange: (zone: string) => void }) {
  const list = useId();
  return (
    <>
      <TextInput
        {...TYPED}
        label="Time zone"
        list={list}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id={list}>
        {Intl.supportedValuesOf("timeZone").map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
