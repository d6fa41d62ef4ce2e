import { MarkdownPanel } from "@/lib/MarkdownPanel";
import type { PlaceActions } from "./usePlaceActions";

interface DescriptionPanelProps {
  title: string;
  text: string;
  empty: string;
  actions: PlaceActions;
}

/** A few words about it, which lists show too. */
export function DescriptionPanel({ title, text, empty, actions }: DescriptionPanelProps) {
  return <MarkdownPanel title={title} text={text} empty={empty} editable onSave={actions.describe} />;
}
