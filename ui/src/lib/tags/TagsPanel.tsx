import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import type { Tags } from "@/api/types";
import { byNatural } from "@/charts/logic/sections";
import { Panel } from "@/lib/Panel";
import type { RunActions } from "../actions";
import classes from "./Overview.module.css";
import { TagForm } from "./TagForm";
import { TagRow } from "./TagRow";
import tagClasses from "./Tags.module.css";

interface TagsPanelProps {
  tags: Tags;
  /** Null where nothing may change: in a deleted run. */
  actions: RunActions | null;
}

/** Tags that people set, editable; those that clients set are folded away. */
export function TagsPanel({ tags, actions }: TagsPanelProps) {
  const [adding, setAdding] = useState(false);
  const [own, set] = useMemo(() => {
    const sorted = Object.entries(tags).sort(([a], [b]) => byNatural(a, b));
    return [sorted.filter(([key]) => !isSystemTag(key)), sorted.filter(([key]) => isSystemTag(key))];
  }, [tags]);
  const add = (
    <button
      type="button"
      className={classes.button}
      onClick={() => setAdding(true)}
      disabled={actions === null}
    >
      <Plus size={12} aria-hidden /> Add
    </button>
  );
  return (
    <Panel title="Tags" count={own.length} tools={add}>
      {own.length === 0 && !adding && <span className={classes.dim}>No tags yet.</span>}
      <ul className={tagClasses.list}>
        {own.map(([key, value]) => (
          <TagRow key={key} name={key} value={value} actions={actions} />
        ))}
      </ul>
      {adding && actions !== null && (
        <TagForm taken={tags} onSave={actions.setTag} onClose={() => setAdding(false)} />
      )}
      {set.length > 0 && (
        <details className={tagClasses.system}>
          <summary>{set.length} set by the client</summary>
          <ul className={tagClasses.list}>
            {set.map(([key, value]) => (
              <TagRow key={key} name={key} value={value} actions={null} />
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}

/** Tags that carry what the page shows elsewhere, or that programs rely on. */
function isSystemTag(key: string): boolean {
  return key.startsWith("mlflow.");
}
