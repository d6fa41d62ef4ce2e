import { useConnection } from "@/api/live";
import classes from "./Connection.module.css";

/** Says that the server is away, and nothing else: what is on the screen stays, and comes alive again by itself. */
export function ConnectionBanner() {
  const connection = useConnection();
  return (
    <div role="status" aria-live="polite">
      {connection === "offline" && (
        <div className={classes.banner}>
          <strong>The server does not answer.</strong> What you see may be old. It is asked again every few
          seconds.
        </div>
      )}
    </div>
  );
}
