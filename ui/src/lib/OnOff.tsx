import classes from "./OnOff.module.css";

interface OnOffProps {
  on: boolean;
  /** What is switched, for those who do not see it. */
  label: string;
  onChange: (on: boolean) => void;
}

/** A switch. */
export function OnOff({ on, label, onChange }: OnOffProps) {
  return (
    <label className={classes.switch} title={on ? "On" : "Off"}>
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        checked={on}
        aria-label={label}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span aria-hidden />
    </label>
  );
}
