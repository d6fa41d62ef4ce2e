import type { ErrorComponentProps } from "@tanstack/react-router";
import { ErrorMessage } from "@/lib/Message";

/** A page that broke. The rest of the shell keeps working. */
export function PageError({ error, reset }: ErrorComponentProps) {
  return <ErrorMessage heading="h1" title="This page failed" error={error} onRetry={reset} />;
}
