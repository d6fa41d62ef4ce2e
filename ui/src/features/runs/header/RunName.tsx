import { Pencil } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import classes from "./RunHeader.module.css";

interface RunNameProps {
  name: string;
  editable: boolean;
  onRename: (name: string) => Promise<boolean>;
}

/** The run's name, changed in place: Enter keeps, Escape drops. */
export function RunName({ name, editable, onRename }: RunNameProps) {
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null) {
    return (
      <div className={classes.name}>
        <h1 title={name}>{name}</h1>
        {editable && (
          <button
            type="button"
            className={classes.pencil}
            aria-label="Rename the run"
            onClick={() => setDraft(name)}
          >
            <Pencil size={14} />
          </button>
        )}
      </div>
    );
  }
  const keep = async (event: FormEvent) => {
    event.preventDefault();
    const next = draft.trim();
    if (next === "" || next === name || (await onRename(next))) setDraft(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") setDraft(null);
  };
  return (
    <form className={classes.name} onSubmit={keep}>
      <input
        // biome-ignore lint/a11y/noAutofocus: the field replaces the button that was just pressed.
        autoFocus
        aria-label="Run name"
        value={draft}
        maxLength={500}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => setDraft(null)}
      />
    </form>
  );
}
