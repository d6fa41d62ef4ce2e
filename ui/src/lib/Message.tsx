import type { ReactNode } from "react";
import { errorHint, errorMessage } from "@/api/errors";
import classes from "./Message.module.css";

interface MessageProps {
  title: string;
  children?: ReactNode;
}

/** What stands where content would be: an empty list, a missing page, a failure. */
export function Message({ title, children }: MessageProps) {
  return (
    <div className={classes.message}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** A failure in place of content, with the server's reason and hint, and a way to try again. */
export function ErrorMessage({
  title,
  error,
  onRetry,
}: {
  title: string;
  error: unknown;
  onRetry?: () => void;
}) {
  const hint = errorHint(error);
  return (
    <div className={classes.message} role="alert">
      <h2>{title}</h2>
      <p>{errorMessage(error)}</p>
      {hint !== null && <p className={classes.hint}>{hint}</p>}
      {onRetry !== undefined && (
        <button type="button" className={classes.retry} onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
