import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { buildLogQuery } from "@/api/compute/machines";
import type { BuiltEnvironment } from "@/api/compute/types";
import { useWorkspace } from "@/lib/workspace";
import classes from "./Panels.module.css";

interface BuildLogDialogProps {
  environment: BuiltEnvironment;
  onClose: () => void;
}

/** What the installer said when an environment was built. */
export function BuildLogDialog({ environment, onClose }: BuildLogDialogProps) {
  const workspace = useWorkspace();
  const { data: text } = useQuery(buildLogQuery(workspace, environment.hash));
  return (
    <Modal opened onClose={onClose} title="Build log" size="xl" closeButtonProps={{ "aria-label": "Close" }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard. */}
      <pre className={classes.log} tabIndex={0}>
        {text === undefined ? "" : text || environment.message || "It is not kept."}
      </pre>
    </Modal>
  );
}
