import { useState } from "react";
import { toastError } from "@/lib/toast";
import { usePipelineActions } from "../usePipelineActions";

/** Begins again at what failed, this step among it. */
export function RetryHere({ runId }: { runId: string }) {
  const actions = usePipelineActions();
  const [busy, setBusy] = useState(false);
  const retry = async () => {
    setBusy(true);
    try {
      await actions.change(runId, "retry");
    } catch (error) {
      toastError("The run was not tried again", error);
    }
    setBusy(false);
  };
  return (
    <button
      type="button"
      disabled={busy}
      title="What succeeded stays; what failed begins again"
      onClick={() => void retry()}
    >
      Run again from here
    </button>
  );
}
