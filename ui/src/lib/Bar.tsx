import classes from "./Bar.module.css";

interface BarProps {
  /** What is measured, for those who do not see it. */
  label: string;
  /** One behind the other, each in units of `total`. */
  parts: readonly { value: number; tone: "calm" | "busy" | "ok" | "bad" | "warn"; title?: string }[];
  total: number;
  /** Draws a mark here: what really is used of what is set aside. */
  mark?: number | null;
}

/** How much of something is taken. */
export function Bar({ label, parts, total, mark = null }: BarProps) {
  const share = (value: number) => `${total > 0 ? Math.min(100, Math.max(0, (value / total) * 100)) : 0}%`;
  const taken = parts.reduce((sum, part) => sum + part.value, 0);
  return (
    <span
      className={classes.bar}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={Math.min(taken, total)}
    >
      {parts.map((part, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name, and keep their order.
          key={index}
          className={classes.part}
          data-tone={part.tone}
          style={{ width: share(part.value) }}
          title={part.title}
        />
      ))}
      {mark !== null && <span className={classes.mark} style={{ width: share(mark) }} />}
    </span>
  );
}
