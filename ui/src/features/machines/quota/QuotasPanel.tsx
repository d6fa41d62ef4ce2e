import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { quotasQuery } from "@/api/compute/machines";
import type { Quota } from "@/api/compute/types";
import { sessionQuery } from "@/api/session";
import { Bar } from "@/lib/Bar";
import { formatCores } from "@/lib/compute/amounts";
import { formatBytes, formatCount } from "@/lib/numbers";
import { Panel } from "@/lib/Panel";
import { useWorkspace } from "@/lib/workspace";
import classes from "../Panels.module.css";
import { rulesText } from "./rules";

const QuotaDialog = lazy(async () => ({ default: (await import("./QuotaDialog")).QuotaDialog }));

/** What each workspace may hold at once, and what it holds. */
export function QuotasPanel() {
  const workspace = useWorkspace();
  const { data: session } = useQuery(sessionQuery(workspace));
  const { data: quotas } = useQuery({
    ...quotasQuery(workspace, session?.workspaces ?? []),
    enabled: session !== undefined,
  });
  const [editing, setEditing] = useState<Quota | null>(null);
  if (quotas === undefined) return null;
  return (
    <Panel title="Quotas" count={formatCount(quotas.length)} flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard. */}
      <section className={classes.scroll} aria-label="Quotas of workspaces" tabIndex={0}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Workspace</th>
              <th scope="col">CPU</th>
              <th scope="col">Memory</th>
              <th scope="col">GPUs</th>
              <th scope="col">Jobs at once</th>
              <th scope="col">Waiting</th>
              <th scope="col">Rules</th>
              <th scope="col">
                <span className="tm-visually-hidden">Change</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {quotas.map((row) => (
              <tr key={row.workspace}>
                <td>{row.workspace}</td>
                <Held
                  what={`cpu of ${row.workspace}`}
                  held={row.used.cpu_milli ?? 0}
                  limit={row.quota?.cpu_milli ?? null}
                  show={formatCores}
                />
                <Held
                  what={`memory of ${row.workspace}`}
                  held={row.used.memory_bytes ?? 0}
                  limit={row.quota?.memory_bytes ?? null}
                  show={formatBytes}
                />
                <Held
                  what={`gpus of ${row.workspace}`}
                  held={row.used.gpus ?? 0}
                  limit={row.quota?.gpus ?? null}
                  show={String}
                />
                <Held
                  what={`jobs of ${row.workspace}`}
                  held={row.live}
                  limit={row.quota?.workloads ?? null}
                  show={formatCount}
                />
                <td>{formatCount(row.waiting)}</td>
                <td className={classes.dim}>{rulesText(row.quota)}</td>
                <td className={classes.buttons}>
                  <Button
                    variant="default"
                    size="compact-sm"
                    onClick={() => setEditing(row)}
                    aria-label={`Change the quota of ${row.workspace}`}
                  >
                    Change
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {editing !== null && (
        <Suspense>
          <QuotaDialog quota={editing} onClose={() => setEditing(null)} />
        </Suspense>
      )}
    </Panel>
  );
}

interface HeldProps {
  what: string;
  held: number;
  /** Null: there is none. */
  limit: number | null;
  show: (amount: number) => string;
}

function Held({ what, held, limit, show }: HeldProps) {
  if (limit === null) {
    return (
      <td>
        {show(held)} <span className={classes.dim}>no limit</span>
      </td>
    );
  }
  return (
    <td>
      {show(held)} of {show(limit)}
      <Bar label={what} parts={[{ value: held, tone: held >= limit ? "warn" : "busy" }]} total={limit} />
    </td>
  );
}
