import { useEffect, useRef, useSyncExternalStore } from "react";

/** A key, or two in a row ("g e"), that does something on the present page; also an entry of the palette. */
export interface Shortcut {
  /** `KeyboardEvent.key` values separated by a space; "mod+k" stands for Ctrl or Command. */
  keys: string;
  label: string;
  /** Absent where a component with the focus acts on the key itself: then it is only listed. */
  run?: () => void;
}

export interface ShortcutGroup {
  name: string;
  shortcuts: readonly Shortcut[];
}

/** How long the second key of a pair may take. */
const PAIR_MS = 1200;

const groups = new Set<{ readonly current: ShortcutGroup }>();
const listeners = new Set<() => void>();
let published: readonly ShortcutGroup[] = [];
let firstKey = "";
let firstKeyAt = 0;

/** Makes shortcuts work while the component is shown. They rest while someone types into a field. */
export function useShortcuts(name: string, shortcuts: readonly Shortcut[]): void {
  const group = useRef<ShortcutGroup>({ name, shortcuts });
  group.current = { name, shortcuts };
  const shape = JSON.stringify(shortcuts.map((shortcut) => [shortcut.keys, shortcut.label]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` says when the published list must change.
  useEffect(() => {
    groups.add(group);
    if (groups.size === 1) window.addEventListener("keydown", onKey);
    publish();
    return () => {
      groups.delete(group);
      if (groups.size === 0) window.removeEventListener("keydown", onKey);
      publish();
    };
  }, [shape]);
}

/** Every shortcut that works now, for the help and the palette. */
export function useShortcutGroups(): readonly ShortcutGroup[] {
  return useSyncExternalStore(subscribe, () => published);
}

/** The shortcut that `pressed` fires, given the key before it. Exported for its test. */
export function matchShortcut(
  shortcuts: readonly Shortcut[],
  pressed: string,
  before: string,
): Shortcut | undefined {
  return (
    shortcuts.find((shortcut) => before !== "" && shortcut.keys === `${before} ${pressed}`) ??
    shortcuts.find((shortcut) => shortcut.keys === pressed)
  );
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey) return;
  const pressed = keyName(event);
  if (!pressed.startsWith("mod+") && (isTyping(event.target) || isCovered(event.target))) return;
  const before = event.timeStamp - firstKeyAt < PAIR_MS ? firstKey : "";
  const all = [...groups].reverse().flatMap((group) => group.current.shortcuts.filter(isGlobal));
  const found = matchShortcut(all, pressed, before);
  firstKey = found === undefined ? pressed : "";
  firstKeyAt = event.timeStamp;
  if (found === undefined) return;
  event.preventDefault();
  found.run?.();
}

function isGlobal(shortcut: Shortcut): boolean {
  return shortcut.run !== undefined;
}

function keyName(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true;
  return (
    target instanceof HTMLInputElement && !["checkbox", "radio", "range", "button"].includes(target.type)
  );
}

/** A dialog or a menu has the keys to itself. */
function isCovered(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null
  );
}

function publish(): void {
  published = [...groups].map((group) => group.current);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
