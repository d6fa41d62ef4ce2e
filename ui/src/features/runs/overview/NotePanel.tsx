import { Pencil } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import type { RunDetail } from "@/api/types";
import { Markdown } from "@/lib/Markdown";
import { Panel } from "@/lib/Panel";
import { NOTE_TAG } from "../actions";
import classes from "./Overview.module.css";

interface NotePanelProps {
  run: RunDetail;
  onSave: (text: string) => Promise<boolean>;
}

/** What someone wrote about the run, in Markdown. */
export function NotePanel({ run, onSave }: NotePanelProps) {
  const note = run.tags[NOTE_TAG] ?? "";
  const [draft, setDraft] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const save = async () => {
    if (draft === null) return;
    setSaving(true);
    const done = draft === note || (await onSave(draft));
    setSaving(false);
    if (done) setDraft(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
    if (event.key === "Escape") setDraft(null);
  };
  if (draft !== null) {
    return (
      <Panel title="Note">
        <textarea
          // biome-ignore lint/a11y/noAutofocus: the field replaces the button that was just pressed.
          autoFocus
          className={classes.editor}
          aria-label="Note, in Markdown"
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <div className={classes.actions}>
          <button
            type="button"
            className={`${classes.button} ${classes.primary}`}
            onClick={save}
            disabled={saving}
          >
            Save
          </button>
          <button type="button" className={classes.button} onClick={() => setDraft(null)}>
            Cancel
          </button>
          <span className={classes.dim}>Ctrl Enter saves</span>
        </div>
      </Panel>
    );
  }
  const edit = (
    <button
      type="button"
      className={classes.button}
      onClick={() => setDraft(note)}
      disabled={run.lifecycle_stage === "deleted"}
    >
      <Pencil size={12} aria-hidden /> {note === "" ? "Write" : "Edit"}
    </button>
  );
  return (
    <Panel title="Note" tools={edit}>
      {note === "" ? (
        <span className={classes.dim}>What was tried here, and what came out?</span>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard.
        <section className={classes.note} tabIndex={0} aria-label="Note text">
          <Markdown text={note} />
        </section>
      )}
    </Panel>
  );
}
