import { Kbd, Modal } from "@mantine/core";
import { useShortcutGroups } from "@/lib/shortcuts";
import classes from "./KeyboardHelp.module.css";

/** Every key that works on the present page. */
export function KeyboardHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const groups = useShortcutGroups();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keyboard"
      size="md"
      closeButtonProps={{ "aria-label": "Close" }}
    >
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

/** "g e" as two caps, "mod+k" as Ctrl and K. */
export function Keys({ keys }: { keys: string }) {
  const caps = keys
    .split(/[ +]/)
    .map((key) => (key === "mod" ? "Ctrl" : key.length === 1 ? key.toUpperCase() : key));
  return caps.map((cap) => (
    <Kbd key={cap} size="xs" ml={4}>
      {cap}
    </Kbd>
  ));
}
