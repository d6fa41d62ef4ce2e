import { type ComponentProps, lazy, Suspense } from "react";
import type { TextDialog as TextDialogNow } from "./TextDialog";

const Loaded = lazy(async () => ({ default: (await import("./TextDialog")).TextDialog }));

/** `TextDialog`, loaded when it is first wanted: no page needs a dialog to show itself. */
export function TextDialog(props: ComponentProps<typeof TextDialogNow>) {
  return (
    <Suspense>
      <Loaded {...props} />
    </Suspense>
  );
}
