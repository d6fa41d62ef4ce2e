import type { ReactNode } from "react";
import { errorHint, errorMessage } from "@/api/errors";
import classes from "./Message.module.css";

interface MessageProps {
  title: string;
  /** "h1" where the message is the whole page. */
  heading?: "h1" | "h2";
  children?: ReactNode;
}

interface ErrorMessageProps extends Omit<MessageProps, "children"> {
  error: unknown;
  onRetry?: () => void;
}

/** What stands where content would be: an empty list, a missing page, a failure. */
export function Message({ title, heading: Heading = "h2", children }: MessageProps) {
  return (
    <div className={classes.message}>
      <Heading>{title}</Heading>
      {children}
    </div>
  );
}

/** A failure in place of content, with the server's reason and hint, and a way to try again. */
export function ErrorMessage({ title, heading: Heading = "h2", error, onRetry }: ErrorMessageProps) {
  const hint = errorHint(error);
  return (
    <div className={classes.message} role="alert">
      <Heading>{title}</Heading>
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
