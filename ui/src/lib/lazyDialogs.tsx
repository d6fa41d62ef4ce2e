import { type ComponentProps, lazy, Suspense } from "react";
import type { ConfirmDialog as ConfirmDialogNow } from "./ConfirmDialog";
import type { TextDialog as TextDialogNow } from "./TextDialog";

const LoadedText = lazy(async () => ({ default: (await import("./TextDialog")).TextDialog }));
const LoadedConfirm = lazy(async () => ({ default: (await import("./ConfirmDialog")).ConfirmDialog }));

/** `TextDialog`, loaded when it is first wanted: no page needs a dialog to show itself. */
export function TextDialog(props: ComponentProps<typeof TextDialogNow>) {
  return (
    <Suspense>
      <LoadedText {...props} />
    </Suspense>
  );
}

/** `ConfirmDialog`, loaded when it is first wanted. */
export function ConfirmDialog(props: ComponentProps<typeof ConfirmDialogNow>) {
  return (
    <Suspense>
      <LoadedConfirm {...props} />
    </Suspense>
  );
}
