import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { fieldsQuery } from "@/api/experiments";
import type { ExperimentFields, View } from "@/api/types";
import { useWorkspace } from "./workspace";

const TYPING_MS = 150;

/**
 * The fields of an experiment among which those with `text` in their names are sure to be: the server is asked for
 * them only where there are more fields than `known` holds.
 */
export function useFields(
  experimentId: string,
  view: View,
  known: ExperimentFields,
  text: string,
): ExperimentFields {
  const workspace = useWorkspace();
  const [settled] = useDebouncedValue(text.trim(), TYPING_MS);
  const found = useQuery({
    ...fieldsQuery(workspace, experimentId, view, settled),
    enabled: settled !== "" && !isComplete(known),
  });
  return settled === "" || isComplete(known) ? known : (found.data ?? known);
}

/** True when no field is left out. */
export function isComplete({ metrics, params, tags, totals }: ExperimentFields): boolean {
  return metrics.length >= totals.metrics && params.length >= totals.params && tags.length >= totals.tags;
}
