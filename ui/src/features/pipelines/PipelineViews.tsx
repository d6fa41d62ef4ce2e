import { PageTabs } from "@/lib/PageTabs";
import { catalogPage, pipelinesPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";

/** The two lists: what runs, and what can be run. */
export function PipelineViews({ current }: { current: "runs" | "catalog" }) {
  const workspace = useWorkspace();
  return (
    <PageTabs
      label="Lists of pipelines"
      current={current}
      tabs={[
        { id: "runs", label: "Runs", page: pipelinesPage(workspace) },
        { id: "catalog", label: "Pipelines", page: catalogPage(workspace) },
      ]}
    />
  );
}
