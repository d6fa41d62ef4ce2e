import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { byNatural } from "../natural";
import { Panel } from "../Panel";
import { SmallButton } from "../SmallButton";
import type { TagActions } from "./actions";
import { TagForm } from "./TagForm";
import { TagRow } from "./TagRow";
import classes from "./Tags.module.css";

interface TagsPanelProps {
  tags: Readonly<Record<string, string>>;
  /** Null where nothing may change: in a deleted run. */
  actions: TagActions | null;
}

/** Tags that people set, editable; those that clients set are folded away. */
export function TagsPanel({ tags, actions }: TagsPanelProps) {
  const [adding, setAdding] = useState(false);
  const [own, set] = useMemo(() => {
    const sorted = Object.entries(tags).sort(([a], [b]) => byNatural(a, b));
    return [sorted.filter(([key]) => !isSystemTag(key)), sorted.filter(([key]) => isSystemTag(key))];
  }, [tags]);
  const add = (
    <SmallButton onClick={() => setAdding(true)} disabled={actions === null}>
      <Plus size={12} aria-hidden /> Add
    </SmallButton>
  );
  return (
    <Panel title="Tags" count={own.length} tools={add}>
      {own.length === 0 && !adding && <span className={classes.none}>No tags yet.</span>}
      <ul className={classes.list}>
        {own.map(([key, value]) => (
          <TagRow key={key} name={key} value={value} actions={actions} />
        ))}
      </ul>
      {adding && actions !== null && (
        <TagForm taken={tags} onSave={actions.setTag} onClose={() => setAdding(false)} />
      )}
      {set.length > 0 && (
        <details className={classes.system}>
          <summary>{set.length} set by the client</summary>
          <ul className={classes.list}>
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
export function isSystemTag(key: string): boolean {
  return key.startsWith("mlflow.") || key.startsWith("_mlflow_");
}
