import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleX, Clock } from "lucide-react";
import { keys } from "@/api/keys";
import { type Delivery, deliveriesQuery, sendAgain } from "@/api/registry/webhooks";
import { ErrorMessage } from "@/lib/Message";
import { plural } from "@/lib/numbers";
import { SmallButton } from "@/lib/SmallButton";
import { StateMark } from "@/lib/StateMark";
import { TimeAgo } from "@/lib/TimeAgo";
import { formatDateTime } from "@/lib/times";
import { toastDone, toastError } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";
import classes from "./Webhooks.module.css";

const MARKS = {
  waiting: { icon: Clock, tone: "wait", label: "Waiting" },
  delivered: { icon: CircleCheck, tone: "ok", label: "Delivered" },
  failed: { icon: CircleX, tone: "bad", label: "Given up" },
} as const;

/** What a webhook was told, and is to be told, the latest first. */
export function Deliveries({ webhookId }: { webhookId: string }) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(deliveriesQuery(workspace, webhookId));
  const again = async (delivery: Delivery) => {
    try {
      await sendAgain(workspace, webhookId, delivery.id);
    } catch (failure) {
      toastError("It was not sent again", failure);
      return;
    }
    toastDone("It is sent again");
    await client.invalidateQueries({ queryKey: [...keys.webhooks(workspace), webhookId] });
  };
  if (data === undefined)
    return error === null ? (
      <div role="status" aria-label="Loading what it was told" />
    ) : (
      <ErrorMessage title="What it was told cannot be shown" error={error} onRetry={() => void refetch()} />
    );
  if (data.length === 0) return <p className={classes.none}>Nothing yet.</p>;
  return (
    <ol className={classes.deliveries}>
      {data.map((delivery) => (
        <li key={delivery.id}>
          <StateMark {...MARKS[delivery.state]} />
          <code>{delivery.event}</code>
          <span className={classes.how}>{howItWent(delivery)}</span>
          <TimeAgo ms={delivery.created_ms} />
          {delivery.state !== "waiting" && (
            <SmallButton onClick={() => void again(delivery)}>Send again</SmallButton>
          )}
          <details>
            <summary>Body</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard. */}
            <pre tabIndex={0}>{delivery.body}</pre>
          </details>
        </li>
      ))}
    </ol>
  );
}

function howItWent({ attempts, status, error, next_ms, state }: Delivery): string {
  const answer = status === null ? error : `answered ${status}`;
  const tried = attempts > 1 ? `${plural(attempts, "attempt")}, ` : "";
  const next = state === "waiting" && next_ms !== null ? ` next at ${formatDateTime(next_ms)}` : "";
  return `${tried}${answer}${next}`;
}
