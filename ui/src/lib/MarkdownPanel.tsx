import { Pencil } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Markdown } from "./Markdown";
import classes from "./MarkdownPanel.module.css";
import { Panel } from "./Panel";
import { SmallButton } from "./SmallButton";

interface MarkdownPanelProps {
  title: string;
  text: string;
  /** Stands where nothing was written yet. */
  empty: string;
  /** What it begins with when the first words are written. */
  template?: string;
  editable: boolean;
  /** Says whether it was kept; a failure has been told to the person. */
  onSave: (text: string) => Promise<boolean>;
}

/** A text in Markdown, written in its place and looked at before it is kept. */
export function MarkdownPanel(props: MarkdownPanelProps) {
  const { title, text, empty, template = "", editable, onSave } = props;
  const [draft, setDraft] = useState<string | null>(null);
  if (draft !== null)
    return (
      <Editor
        title={title}
        text={text}
        draft={draft}
        onDraft={setDraft}
        onSave={onSave}
        onClose={() => setDraft(null)}
      />
    );
  const edit = editable && (
    <SmallButton onClick={() => setDraft(text === "" ? template : text)}>
      <Pencil size={12} aria-hidden /> {text === "" ? "Write" : "Edit"}
    </SmallButton>
  );
  return (
    <Panel title={title} tools={edit}>
      {text === "" ? (
        <span className={classes.empty}>{empty}</span>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard.
        <section className={classes.text} tabIndex={0} aria-label={`${title} text`}>
          <Markdown text={text} />
        </section>
      )}
    </Panel>
  );
}

interface EditorProps {
  title: string;
  text: string;
  draft: string;
  onDraft: (draft: string) => void;
  onSave: (text: string) => Promise<boolean>;
  onClose: () => void;
}

function Editor({ title, text, draft, onDraft, onSave, onClose }: EditorProps) {
  const [previews, setPreviews] = useState(false);
  const [saving, setSaving] = useState(false);
  const save = async () => {
    setSaving(true);
    const done = draft === text || (await onSave(draft));
    setSaving(false);
    if (done) onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
    if (event.key === "Escape") onClose();
  };
  const preview = (
    <button
      type="button"
      className={classes.preview}
      aria-pressed={previews}
      onClick={() => setPreviews(!previews)}
    >
      Preview
    </button>
  );
  return (
    <Panel title={title} tools={preview}>
      {previews ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard.
        <section className={classes.text} tabIndex={0} aria-label={`${title} preview`}>
          <Markdown text={draft} />
        </section>
      ) : (
        <textarea
          // biome-ignore lint/a11y/noAutofocus: the field replaces the button that was just pressed.
          autoFocus
          className={classes.editor}
          aria-label={`${title}, in Markdown`}
          value={draft}
          onChange={(event) => onDraft(event.target.value)}
          onKeyDown={onKeyDown}
        />
      )}
      <div className={classes.actions}>
        <SmallButton primary onClick={() => void save()} disabled={saving}>
          Save
        </SmallButton>
        <SmallButton onClick={onClose}>Cancel</SmallButton>
        <span className={classes.empty}>Ctrl Enter saves</span>
      </div>
    </Panel>
  );
}
