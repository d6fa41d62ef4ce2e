import { PageTabs } from "@/lib/PageTabs";
import { catalogPage, pipelinesPage, schedulesPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";

/** The three lists: what runs, what can be run, and what runs at times. */
export function PipelineViews({ current }: { current: "runs" | "catalog" | "schedules" }) {
  const workspace = useWorkspace();
  return (
    <PageTabs
      label="Lists of pipelines"
      current={current}
      tabs={[
        { id: "runs", label: "Runs", page: pipelinesPage(workspace) },
        { id: "catalog", label: "Pipelines", page: catalogPage(workspace) },
        { id: "schedules", label: "Schedules", page: schedulesPage(workspace) },
      ]}
    />
  );
}
