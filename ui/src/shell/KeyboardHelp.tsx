import { Modal } from "@mantine/core";
import { useShortcutGroups } from "@/lib/shortcuts";
import classes from "./KeyboardHelp.module.css";
import { Keys } from "./Keys";

/** Every key that works on the present page. */
export function KeyboardHelp({ onClose }: { onClose: () => void }) {
  const groups = useShortcutGroups();
  return (
    <Modal opened onClose={onClose} title="Keyboard" size="md" closeButtonProps={{ "aria-label": "Close" }}>
      {groups.map((group) => (
        <section key={group.name} className={classes.group}>
          <h3>{group.name}</h3>
          <dl>
            {group.shortcuts.map((shortcut) => (
              <div key={shortcut.keys} className={classes.row}>
                <dt>{shortcut.label}</dt>
                <dd>
                  <Keys keys={shortcut.keys} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  );
}
