import type { TriggerQuery } from "@/api/pipelines/schedules";

export type TriggerKind = "interval" | "days" | "cron";
export type Unit = "seconds" | "minutes" | "hours" | "days";

/** What stands in the fields that ask when a schedule runs. */
export interface TriggerTexts {
  readonly kind: TriggerKind;
  readonly count: string;
  readonly unit: Unit;
  /** `09:30`. */
  readonly time: string;
  /** 0 is Sunday; none is every day. */
  readonly days: readonly number[];
  readonly cron: string;
  /** Of the IANA database. */
  readonly timezone: string;
}

export const UNIT_SECONDS: Record<Unit, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** In the order in which a week is shown. */
export const WEEK: readonly { day: number; label: string }[] = [
  { day: 1, label: "Mon" },
  { day: 2, label: "Tue" },
  { day: 3, label: "Wed" },
  { day: 4, label: "Thu" },
  { day: 5, label: "Fri" },
  { day: 6, label: "Sat" },
  { day: 0, label: "Sun" },
];

export function firstTexts(timezone: string): TriggerTexts {
  return {
    kind: "days",
    count: "15",
    unit: "minutes",
    time: "09:00",
    days: [],
    cron: "0 9 * * 1-5",
    timezone,
  };
}

/** What to ask the server about, or what is still to be filled in. */
export function triggerOf(texts: TriggerTexts): { trigger: TriggerQuery } | { error: string } {
  switch (texts.kind) {
    case "interval": {
      const count = Number(texts.count.trim());
      return Number.isInteger(count) && count > 0
        ? { trigger: { interval_s: count * UNIT_SECONDS[texts.unit] } }
        : { error: "Write a whole number" };
    }
    case "days": {
      const [hour, minute] = texts.time.split(":");
      if (hour === undefined || minute === undefined) return { error: "Choose a time" };
      const days = texts.days.length === 0 || texts.days.length === WEEK.length ? "*" : texts.days.join(",");
      return {
        trigger: { cron: `${Number(minute)} ${Number(hour)} * * ${days}`, timezone: texts.timezone },
      };
    }
    case "cron":
      return texts.cron.trim() === ""
        ? { error: "Write a cron expression" }
        : { trigger: { cron: texts.cron.trim(), timezone: texts.timezone } };
  }
}

/** The days with one of them switched, in the order of the week. */
export function toggledDay(days: readonly number[], day: number): number[] {
  const next = new Set(days);
  if (!next.delete(day)) next.add(day);
  return [...next].sort((one, other) => one - other);
}
