import { useConnection } from "@/api/live";
import classes from "./Connection.module.css";

const WORDS = {
  connecting: "Connecting",
  live: "Live: changes appear as they happen",
  polling: "No event stream: refreshed every 5 seconds",
  offline: "The server does not answer",
} as const;

const SHORT = { connecting: "…", live: "Live", polling: "Polling", offline: "Offline" } as const;

/** Whether what one sees is fresh. */
export function ConnectionDot() {
  const connection = useConnection();
  return (
    <span className={classes.dot} data-connection={connection} title={WORDS[connection]}>
      <span className={classes.light} aria-hidden />
      {SHORT[connection]}
    </span>
  );
}
