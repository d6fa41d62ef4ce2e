import { lazy, Suspense } from "react";
import { PageTabs } from "@/lib/PageTabs";
import { registryPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import { ModelList } from "./list/ModelList";
import classes from "./ModelsPage.module.css";

const WebhooksView = lazy(() => import("./webhooks/WebhooksView"));

const TITLES = { model: "Models", prompt: "Prompts", webhook: "Webhooks" } as const;

/** What is registered, and who is told of its changes. */
export function ModelsPage() {
  const workspace = useWorkspace();
  const [{ kind }] = useQueryState();
  const current = kind === "prompt" || kind === "webhook" ? kind : "model";
  usePage(
    current === "model"
      ? [{ label: TITLES.model }]
      : [{ label: TITLES.model, page: registryPage(workspace) }, { label: TITLES[current] }],
  );
  return (
    <div className={classes.page}>
      <PageTabs
        label="Lists of the registry"
        current={current}
        tabs={[
          { id: "model", label: TITLES.model, page: registryPage(workspace) },
          { id: "prompt", label: TITLES.prompt, page: registryPage(workspace, { kind: "prompt" }) },
          { id: "webhook", label: TITLES.webhook, page: registryPage(workspace, { kind: "webhook" }) },
        ]}
      />
      <div
        className={classes.panel}
        role="tabpanel"
        id={`panel-${current}`}
        aria-labelledby={`tab-${current}`}
        data-kind={current}
      >
        {current === "webhook" ? (
          <Suspense fallback={<div role="status" aria-label="Loading the webhooks" />}>
            <WebhooksView />
          </Suspense>
        ) : (
          <ModelList key={current} />
        )}
      </div>
    </div>
  );
}
