import type { RunDetail } from "@/api/types";
import { MarkdownPanel } from "@/lib/MarkdownPanel";
import { NOTE_TAG } from "../actions";

interface NotePanelProps {
  run: RunDetail;
  onSave: (text: string) => Promise<boolean>;
}

/** What someone wrote about the run, in Markdown. */
export function NotePanel({ run, onSave }: NotePanelProps) {
  return (
    <MarkdownPanel
      title="Note"
      text={run.tags[NOTE_TAG] ?? ""}
      empty="What was tried here, and what came out?"
      editable={run.lifecycle_stage !== "deleted"}
      onSave={onSave}
    />
  );
}
