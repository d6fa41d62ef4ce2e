import { Kbd } from "@mantine/core";

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
