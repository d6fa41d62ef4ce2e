import type { LucideIcon } from "lucide-react";
import classes from "./StateMark.module.css";

export type StateTone = "calm" | "wait" | "busy" | "ok" | "bad";

interface StateMarkProps {
  icon: LucideIcon;
  label: string;
  tone: StateTone;
  /** Whether the icon turns: something is under way. */
  turns?: boolean;
  /** Only the icon; the word is there for screen readers and on hover. */
  iconOnly?: boolean;
  size?: number;
}

/** How something stands, by shape, colour and word. */
export function StateMark(props: StateMarkProps) {
  const { icon: Icon, label, tone, turns = false, iconOnly = false, size = 15 } = props;
  return (
    <span
      className={classes.state}
      data-tone={tone}
      data-turns={turns || undefined}
      title={iconOnly ? label : undefined}
    >
      <Icon size={size} aria-hidden />
      <span className={iconOnly ? "tm-visually-hidden" : undefined}>{label}</span>
    </span>
  );
}
