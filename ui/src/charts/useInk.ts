import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import { colors } from "@/design/tokens";
import type { Ink } from "./line/axes";

/** The colours of axes and grid in the present scheme. */
export function useInk(): Ink {
  const scheme = useComputedColorScheme("light");
  return useMemo(() => {
    const { border, surface, "text-faint": text } = colors[scheme];
    return { text, grid: border, ground: surface };
  }, [scheme]);
}
