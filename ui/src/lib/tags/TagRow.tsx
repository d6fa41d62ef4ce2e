import { Pencil, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { CopyButton } from "../CopyButton";
import type { TagActions } from "./actions";
import classes from "./Tags.module.css";

interface TagRowProps {
  name: string;
  value: string;
  /** Null for tags that are only shown. */
  actions: TagActions | null;
}

/** One tag; its value can be changed in place. */
export function TagRow({ name, value, actions }: TagRowProps) {
  const [draft, setDraft] = useState<string | null>(null);
  if (draft !== null && actions !== null) {
    const keep = async (event: FormEvent) => {
      event.preventDefault();
      if (draft === value || (await actions.setTag(name, draft))) setDraft(null);
    };
    return (
      <li>
        <form className={classes.row} onSubmit={keep}>
          <span className={classes.name}>{name}</span>
          <input
            // biome-ignore lint/a11y/noAutofocus: the field replaces the button that was just pressed.
            autoFocus
            className={classes.field}
            aria-label={`Value of tag ${name}`}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && setDraft(null)}
          />
          <button type="submit" className={classes.save}>
            Save
          </button>
        </form>
      </li>
    );
  }
  return (
    <li className={classes.row}>
      <span className={classes.name} title={name}>
        {name}
      </span>
      <span className={classes.value} title={value}>
        {value}
      </span>
      <span className={classes.tools}>
        <CopyButton text={value} what={`Tag ${name}`} />
        {actions !== null && (
          <>
            <button type="button" aria-label={`Edit tag ${name}`} onClick={() => setDraft(value)}>
              <Pencil size={12} />
            </button>
            <button
              type="button"
              aria-label={`Remove tag ${name}`}
              onClick={() => void actions.removeTag(name, value)}
            >
              <X size={13} />
            </button>
          </>
        )}
      </span>
    </li>
  );
}
