import { ActionIcon, Menu } from "@mantine/core";
import {
  ArchiveRestore,
  Check,
  Code,
  Copy,
  Ellipsis,
  Link,
  ListTree,
  Pencil,
  Terminal,
  Trash2,
} from "lucide-react";
import { useState } from "react";
import type { ExperimentRow, View } from "@/api/types";
import { copyText } from "@/lib/copy";
import { TextDialog } from "@/lib/lazyDialogs";
import { useWorkspace } from "@/lib/workspace";
import { asCurl, asPython } from "./actions/asCode";
import { useExperimentActions } from "./actions/useExperimentActions";
import type { ExperimentView } from "./view/useExperimentView";

const VIEWS: { value: View; label: string }[] = [
  { value: "active", label: "Active runs" },
  { value: "deleted", label: "Deleted runs" },
  { value: "all", label: "Both" },
];

/** The lesser things one does with an experiment and with what one sees of it. */
export function ExperimentMenu({ experiment, view }: { experiment: ExperimentRow; view: ExperimentView }) {
  const workspace = useWorkspace();
  const actions = useExperimentActions();
  const [renaming, setRenaming] = useState(false);
  const { origin, href } = window.location;
  const deleted = experiment.lifecycle_stage === "deleted";
  return (
    <>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label="More">
            <Ellipsis size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Show</Menu.Label>
          {VIEWS.map(({ value, label }) => (
            <Menu.Item
              key={value}
              leftSection={<Chosen when={view.state.view === value} />}
              onClick={() => view.change({ view: value })}
            >
              {label}
            </Menu.Item>
          ))}
          {view.hasChildren && (
            <Menu.Item
              leftSection={<ListTree size={14} />}
              onClick={() => view.change({ nested: !view.nested })}
            >
              {view.nested ? "Show children in one list" : "Put children under parents"}
            </Menu.Item>
          )}
          <Menu.Label>Take along</Menu.Label>
          <Menu.Item leftSection={<Link size={14} />} onClick={() => copyText(href, "Link to this view")}>
            Copy link to this view
          </Menu.Item>
          <Menu.Item
            leftSection={<Code size={14} />}
            onClick={() => copyText(asPython(view.search, origin), "Python")}
          >
            Copy search as Python
          </Menu.Item>
          <Menu.Item
            leftSection={<Terminal size={14} />}
            onClick={() => copyText(asCurl(view.search, origin, workspace), "curl command")}
          >
            Copy search as curl
          </Menu.Item>
          <Menu.Item
            leftSection={<Copy size={14} />}
            onClick={() => copyText(experiment.experiment_id, "Experiment ID")}
          >
            Copy experiment ID
          </Menu.Item>
          <Menu.Label>Experiment</Menu.Label>
          {deleted ? (
            <Menu.Item leftSection={<ArchiveRestore size={14} />} onClick={() => actions.restore(experiment)}>
              Restore
            </Menu.Item>
          ) : (
            <>
              <Menu.Item leftSection={<Pencil size={14} />} onClick={() => setRenaming(true)}>
                Rename
              </Menu.Item>
              <Menu.Item leftSection={<Trash2 size={14} />} onClick={() => actions.remove(experiment)}>
                Delete
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {renaming && (
        <TextDialog
          title="Rename experiment"
          label="Name"
          action="Rename"
          initial={experiment.name}
          onSubmit={(name) => actions.rename(experiment, name)}
          onClose={() => setRenaming(false)}
        />
      )}
    </>
  );
}

function Chosen({ when }: { when: boolean }) {
  return when ? <Check size={14} aria-label="chosen" /> : <span style={{ width: 14 }} />;
}
