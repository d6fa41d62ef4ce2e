import type { RunDetail } from "@/api/types";
import { PageTabs } from "@/lib/PageTabs";
import { type RunTab, runPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";

const TABS: { id: RunTab; label: string }[] = [
  { id: "overview", label: "Overview" },
  { id: "charts", label: "Charts" },
  { id: "artifacts", label: "Artifacts" },
  { id: "system", label: "System" },
  { id: "code", label: "Code & data" },
];

/** The parts of a run's page. */
export function RunTabs({ run, tab }: { run: RunDetail; tab: RunTab }) {
  const workspace = useWorkspace();
  const page = (id: RunTab) =>
    runPage(workspace, run.experiment_id, run.run_id, id === "overview" ? undefined : id);
  const tabs = TABS.map((one) => ({ ...one, page: page(one.id) }));
  return <PageTabs label="Parts of the run" tabs={tabs} current={tab} />;
}
