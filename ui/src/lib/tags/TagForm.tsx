import { type FormEvent, useState } from "react";
import classes from "./Tags.module.css";

interface TagFormProps {
  taken: Readonly<Record<string, string>>;
  onSave: (key: string, value: string) => Promise<boolean>;
  onClose: () => void;
}

/** Two fields for a new tag. */
export function TagForm({ taken, onSave, onClose }: TagFormProps) {
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const name = key.trim();
  const exists = name in taken;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (name !== "" && !exists && (await onSave(name, value))) onClose();
  };
  return (
    <form
      className={classes.row}
      onSubmit={save}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: the form opens for a person who asked for it.
        autoFocus
        className={classes.field}
        placeholder="key"
        aria-label="Tag key"
        aria-invalid={exists}
        title={exists ? "That tag is there already" : undefined}
        maxLength={250}
        value={key}
        onChange={(event) => setKey(event.target.value)}
      />
      <input
        className={classes.field}
        placeholder="value"
        aria-label="Tag value"
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <button type="submit" className={classes.save} disabled={name === "" || exists}>
        {exists ? "Exists" : "Save"}
      </button>
    </form>
  );
}
