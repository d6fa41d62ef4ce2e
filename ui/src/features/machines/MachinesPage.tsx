import { useQuery } from "@tanstack/react-query";
import { nodesQuery } from "@/api/compute/machines";
import type { Node } from "@/api/compute/types";
import { formatCores } from "@/lib/compute/amounts";
import { ErrorMessage, Message } from "@/lib/Message";
import { formatBytes, plural } from "@/lib/numbers";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import { EnvironmentsPanel } from "./EnvironmentsPanel";
import classes from "./MachinesPage.module.css";
import { NodeCard } from "./node/NodeCard";
import { QueuePanel } from "./QueuePanel";
import { QuotasPanel } from "./quota/QuotasPanel";

/** What there is to run on, who holds it, who waits for it, and who may have how much. */
export function MachinesPage() {
  const workspace = useWorkspace();
  const nodes = useQuery(nodesQuery(workspace));
  usePage([{ label: "Machines" }]);
  if (nodes.data === undefined) {
    return nodes.isError ? (
      <ErrorMessage
        heading="h1"
        title="Machines cannot be shown"
        error={nodes.error}
        onRetry={() => void nodes.refetch()}
      />
    ) : (
      <h1 className="tm-visually-hidden">Machines</h1>
    );
  }
  return (
    <div className={classes.page}>
      <div className={classes.top}>
        <h1>Machines</h1>
        <p>{factsOf(nodes.data)}</p>
      </div>
      {nodes.data.length === 0 ? (
        <Message title="No machine has been heard of yet">
          <p>The server offers its own a moment after it starts.</p>
        </Message>
      ) : (
        <div className={classes.nodes}>
          {nodes.data.map((node) => (
            <NodeCard key={node.name} node={node} />
          ))}
        </div>
      )}
      <QueuePanel />
      <QuotasPanel />
      <EnvironmentsPanel />
    </div>
  );
}

function factsOf(nodes: readonly Node[]): string {
  const open = nodes.filter((node) => node.takes_work);
  const sum = (of: (node: Node) => number) => open.reduce((total, node) => total + of(node), 0);
  const cpu = sum((node) => node.capacity.cpu_milli ?? 0);
  const memory = sum((node) => node.capacity.memory_bytes ?? 0);
  const gpus = sum((node) => node.capacity.gpus ?? 0);
  const parts = [
    plural(nodes.length, "machine"),
    ...(open.length < nodes.length ? [`${open.length} taking new work`] : []),
    `${formatCores(cpu)} cores`,
    formatBytes(memory),
    plural(gpus, "GPU"),
  ];
  return parts.join(" · ");
}
