import type { Node } from "@/api/compute/types";
import { PageLink } from "@/lib/PageLink";
import { jobPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import classes from "./NodeCard.module.css";

/** Each GPU, and who has it. */
export function Gpus({ node }: { node: Node }) {
  const workspace = useWorkspace();
  return (
    <ul className={classes.gpus} aria-label={`GPUs of ${node.name}`}>
      {node.devices.map((device) => {
        const holder = node.holders.find((one) => one.devices.includes(device));
        return (
          <li key={device} data-taken={holder !== undefined || undefined}>
            <span>
              GPU {device} {node.gpu_model}
            </span>
            {holder === undefined ? (
              <span className={classes.free}>free</span>
            ) : holder.id === "" ? (
              <span className={classes.other}>workspace {holder.workspace}</span>
            ) : (
              <PageLink page={jobPage(workspace, holder.id)}>{holder.name}</PageLink>
            )}
          </li>
        );
      })}
    </ul>
  );
}
