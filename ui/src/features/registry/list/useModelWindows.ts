import { modelListQuery } from "@/api/registry";
import type { ModelListing, ModelPage, ModelRow } from "@/api/registry/types";
import { useWindows, type Windows } from "@/lib/useWindows";
import { useWorkspace } from "@/lib/workspace";

export type ModelWindows = Windows<ModelPage, ModelRow>;

/** The models of a listing of any length. */
export function useModelWindows(listing: ModelListing): ModelWindows {
  const workspace = useWorkspace();
  return useWindows(
    (offset, limit) => modelListQuery(workspace, listing, offset, limit),
    (page) => page.models,
  );
}
