import { Kbd } from "@mantine/core";

const CAPS: Record<string, string> = {
  mod: "Ctrl",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
};

/** "g e" as two caps, "mod+k" as Ctrl and K. */
export function Keys({ keys }: { keys: string }) {
  return keys.split(/[ +]/).map((key) => (
    <Kbd key={key} size="xs" ml={4}>
      {CAPS[key] ?? (key.length === 1 ? key.toUpperCase() : key)}
    </Kbd>
  ));
}
