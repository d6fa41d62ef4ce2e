import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { setNodeOpen } from "@/api/compute/machines";
import type { Node } from "@/api/compute/types";
import { keys } from "@/api/keys";
import { Bar } from "@/lib/Bar";
import { formatCores, formatUsedCores } from "@/lib/compute/amounts";
import { ConfirmDialog } from "@/lib/lazyDialogs";
import { formatBytes, plural } from "@/lib/numbers";
import { Panel } from "@/lib/Panel";
import { TimeAgo } from "@/lib/TimeAgo";
import { toastDone } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";
import { limitsText } from "../logic/limits";
import { Gpus } from "./Gpus";
import { Holders } from "./Holders";
import classes from "./NodeCard.module.css";

/** One machine: what it has, what is set aside of it, who holds it, and what it holds them to. */
export function NodeCard({ node }: { node: Node }) {
  const { capacity, used } = node;
  return (
    <Panel title={node.name} count={node.backend} tools={<OpenButton node={node} />}>
      <p className={classes.state} data-open={node.takes_work}>
        <span>{stateText(node)}</span>
        <span>
          heard of <TimeAgo ms={node.heard_ms} />
        </span>
      </p>
      <dl className={classes.bars}>
        <Room
          label="CPU"
          held={used.cpu_milli ?? 0}
          has={capacity.cpu_milli ?? 0}
          now={node.use?.cpu_milli ?? null}
          show={formatCores}
          showNow={formatUsedCores}
          unit="cores"
        />
        <Room
          label="Memory"
          held={used.memory_bytes ?? 0}
          has={capacity.memory_bytes ?? 0}
          now={node.use?.memory_bytes ?? null}
          show={formatBytes}
        />
        <Room
          label="Disk"
          held={used.disk_bytes ?? 0}
          has={capacity.disk_bytes ?? 0}
          now={null}
          show={formatBytes}
        />
      </dl>
      {node.devices.length > 0 && <Gpus node={node} />}
      <p className={classes.limits}>{limitsText(node.limits)}</p>
      {node.holders.length > 0 && <Holders node={node} />}
    </Panel>
  );
}

interface RoomProps {
  label: string;
  held: number;
  has: number;
  /** What is really used at this moment; null where nobody knows. */
  now: number | null;
  show: (amount: number) => string;
  showNow?: (amount: number) => string;
  unit?: string;
}

function Room({ label, held, has, now, show, showNow = show, unit = "" }: RoomProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Bar
          label={`${label} set aside`}
          parts={[{ value: held, tone: held >= has && has > 0 ? "warn" : "calm" }]}
          total={has}
          mark={now}
        />
        <span className={classes.amounts}>
          <span>
            <b>{show(held)}</b> of {show(has)} {unit} set aside
          </span>
          {now !== null && <span className={classes.now}>{showNow(now)} used now</span>}
        </span>
      </dd>
    </div>
  );
}

function OpenButton({ node }: { node: Node }) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const verb = node.is_open ? "Close" : "Open";
  const change = async () => {
    await setNodeOpen(workspace, node.name, !node.is_open);
    await client.invalidateQueries({ queryKey: keys.compute(workspace) });
    toastDone(`${node.name} ${node.is_open ? "closed" : "opened"}`);
  };
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => setAsking(true)}
        aria-label={`${verb} ${node.name}`}
      >
        {verb}
      </Button>
      {asking && (
        <ConfirmDialog
          title={`${verb} ${node.name}?`}
          action={`${verb} the machine`}
          tone={node.is_open ? "bad" : "calm"}
          onConfirm={change}
          onClose={() => setAsking(false)}
        >
          {node.is_open
            ? `It takes no new work until it is opened again. ${runsOn(node)}`
            : "It takes new work again at once."}
        </ConfirmDialog>
      )}
    </>
  );
}

function runsOn({ processes }: Node): string {
  return processes === 0
    ? "Nothing runs there now."
    : `${plural(processes, "process", "processes")} go on to their end.`;
}

function stateText(node: Node): string {
  if (!node.is_open)
    return node.processes > 0 ? "Closed: what runs there goes on" : "Closed: nothing runs there";
  return node.takes_work ? "Takes new work" : "Away: it has not been heard of lately";
}
