import { Button, Menu } from "@mantine/core";
import { Code, Ellipsis, Link, OctagonX, Pencil, RotateCcw, SquareTerminal } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { JobDetails } from "@/api/compute/types";
import { isLive } from "@/lib/compute/states";
import { copyText } from "@/lib/copy";
import { ConfirmDialog } from "@/lib/lazyDialogs";
import { useGo } from "@/lib/PageLink";
import { jobPage } from "@/lib/paths";
import { useShortcuts } from "@/lib/shortcuts";
import { toastError } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";
import { specAsCli, specAsPython } from "../logic/snippets";
import { formOf } from "../newjob/form";
import { useJobActions } from "../useJobActions";

const NewJobDialog = lazy(async () => ({ default: (await import("../newjob/NewJobDialog")).NewJobDialog }));

/** Stop, run again, run something like it, take it along as code. */
export function JobButtons({ job: { workload, spec } }: { job: JobDetails }) {
  const workspace = useWorkspace();
  const go = useGo();
  const actions = useJobActions();
  const [asking, setAsking] = useState<"stop" | "change" | null>(null);
  const [busy, setBusy] = useState(false);
  const live = isLive(workload.state);
  const isCommand = (spec.command ?? []).length > 0;
  const { origin } = window.location;

  const again = async () => {
    setBusy(true);
    try {
      const [made] = await actions.again([workload.id]);
      if (made !== undefined) go(jobPage(workspace, made.id));
    } catch (error) {
      toastError("The job was not submitted", error);
    }
    setBusy(false);
  };
  useShortcuts("Job", [
    ...(live ? [{ keys: "s", label: "Stop the job", run: () => setAsking("stop") }] : []),
    { keys: "r", label: "Run the job again", run: () => void again() },
  ]);
  return (
    <>
      {live ? (
        <Button
          variant="default"
          size="xs"
          leftSection={<OctagonX size={14} />}
          disabled={workload.state === "stopping"}
          onClick={() => setAsking("stop")}
        >
          {workload.state === "stopping" ? "Stopping" : "Stop"}
        </Button>
      ) : (
        <Button
          variant={workload.state === "succeeded" ? "default" : "filled"}
          size="xs"
          leftSection={<RotateCcw size={14} />}
          loading={busy}
          onClick={() => void again()}
        >
          Run again
        </Button>
      )}
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button variant="default" size="xs" px={8} aria-label="More for this job">
            <Ellipsis size={16} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {live && (
            <Menu.Item leftSection={<RotateCcw size={15} />} onClick={() => void again()}>
              Run again
            </Menu.Item>
          )}
          {isCommand && (
            <>
              <Menu.Item leftSection={<Pencil size={15} />} onClick={() => setAsking("change")}>
                Change and run
              </Menu.Item>
              <Menu.Item
                leftSection={<SquareTerminal size={15} />}
                onClick={() =>
                  void copyText(specAsCli(spec, workload.name, origin, workspace), "Shell command")
                }
              >
                Copy as shell command
              </Menu.Item>
              <Menu.Item
                leftSection={<Code size={15} />}
                onClick={() => void copyText(specAsPython(spec, workload.name, origin, workspace), "Python")}
              >
                Copy as Python
              </Menu.Item>
            </>
          )}
          <Menu.Item
            leftSection={<Link size={15} />}
            onClick={() => void copyText(window.location.href, "Link")}
          >
            Copy link to this view
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === "stop" && (
        <ConfirmDialog
          title={`Stop ${workload.name}?`}
          action="Stop the job"
          tone="bad"
          onConfirm={() => actions.stop([workload.id])}
          onClose={() => setAsking(null)}
        >
          {workload.state === "queued"
            ? "It leaves the queue."
            : `It is asked to end, and killed when it has not after ${spec.grace_s ?? 10} s. Its log stays.`}
        </ConfirmDialog>
      )}
      {asking === "change" && (
        <Suspense>
          <NewJobDialog initial={formOf(spec, workload.name)} onClose={() => setAsking(null)} />
        </Suspense>
      )}
    </>
  );
}
