import { Button } from "@mantine/core";
import { Plus } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { ListHead } from "@/lib/ListHead";
import { ErrorMessage, Message } from "@/lib/Message";
import { useQueryState } from "@/lib/queryState";
import { useShortcuts } from "@/lib/shortcuts";
import { useStable } from "@/lib/useStable";
import { isFiltered, NO_FILTER, readListing, writeSort } from "../logic/listing";
import { ModelFilters } from "./ModelFilters";
import { ModelTable } from "./ModelTable";
import { NoModels } from "./NoModels";
import { NoPrompts } from "./NoPrompts";
import { useModelWindows } from "./useModelWindows";

const NewModelDialog = lazy(async () => ({ default: (await import("./NewModelDialog")).NewModelDialog }));
const NewPromptDialog = lazy(async () => ({
  default: (await import("../prompt/NewPromptDialog")).NewPromptDialog,
}));

/** Registered models, or prompts: what is in use, which version of it, and since when. */
export function ModelList() {
  const [query, patch] = useQueryState();
  const listing = useStable(readListing(query));
  const models = useModelWindows(listing);
  const [asking, setAsking] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const isPrompts = listing.kind === "prompt";
  const noun = isPrompts ? "prompt" : "model";
  useShortcuts("Models", [
    { keys: "n", label: `New ${noun}`, run: () => setAsking(true) },
    { keys: "f", label: `Find a ${noun}`, run: () => search.current?.focus() },
  ]);
  const total = models.first?.total;
  return (
    <>
      <ListHead title={isPrompts ? "Prompts" : "Models"} total={total}>
        <ModelFilters listing={listing} searchRef={search} onPatch={patch} />
        <Button size="xs" leftSection={<Plus size={14} />} onClick={() => setAsking(true)} title="N">
          New {noun}
        </Button>
      </ListHead>
      {models.error !== null ? (
        <ErrorMessage title={`The ${noun}s cannot be shown`} error={models.error} onRetry={models.retry} />
      ) : total === 0 && !models.outdated ? (
        isFiltered(listing) ? (
          <Message title={`No ${noun} matches the filters`}>
            <Button variant="default" size="xs" onClick={() => patch(NO_FILTER, { push: true })}>
              Show all {noun}s
            </Button>
          </Message>
        ) : isPrompts ? (
          <NoPrompts onNew={() => setAsking(true)} />
        ) : (
          <NoModels onNew={() => setAsking(true)} />
        )
      ) : (
        <ModelTable models={models} listing={listing} onSort={(sort) => patch(writeSort(sort))} />
      )}
      {asking && (
        <Suspense>
          {isPrompts ? (
            <NewPromptDialog onClose={() => setAsking(false)} />
          ) : (
            <NewModelDialog onClose={() => setAsking(false)} />
          )}
        </Suspense>
      )}
    </>
  );
}
