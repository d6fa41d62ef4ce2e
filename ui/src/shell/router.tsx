import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { parseQuery, stringifyQuery } from "@/lib/queryState";
import { DEFAULT_WORKSPACE } from "@/lib/workspace";
import { NotFound } from "./NotFound";
import { PageError } from "./PageError";
import { Shell } from "./Shell";

const root = createRootRoute({ component: Outlet });

const index = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/w/$workspace", params: { workspace: DEFAULT_WORKSPACE }, replace: true });
  },
});

const workspace = createRoute({ getParentRoute: () => root, path: "/w/$workspace", component: Shell });

const home = createRoute({
  getParentRoute: () => workspace,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/home/HomePage"), "HomePage"),
});

const experiments = createRoute({
  getParentRoute: () => workspace,
  path: "/experiments",
  component: lazyRouteComponent(() => import("@/features/experiments/ExperimentsPage"), "ExperimentsPage"),
});

const experiment = createRoute({
  getParentRoute: () => workspace,
  path: "/experiments/$experimentId",
  component: lazyRouteComponent(() => import("@/features/experiments/ExperimentPage"), "ExperimentPage"),
});

const run = createRoute({
  getParentRoute: () => workspace,
  path: "/experiments/$experimentId/runs/$runId",
  component: lazyRouteComponent(() => import("@/features/runs/RunPage"), "RunPage"),
});

const model = createRoute({
  getParentRoute: () => workspace,
  path: "/experiments/$experimentId/models/$modelId",
  component: lazyRouteComponent(() => import("@/features/models/ModelPage"), "ModelPage"),
});

const compare = createRoute({
  getParentRoute: () => workspace,
  path: "/compare",
  component: lazyRouteComponent(() => import("@/features/compare/ComparePage"), "ComparePage"),
});

const jobs = createRoute({
  getParentRoute: () => workspace,
  path: "/jobs",
  component: lazyRouteComponent(() => import("@/features/jobs/JobsPage"), "JobsPage"),
});

const job = createRoute({
  getParentRoute: () => workspace,
  path: "/jobs/$jobId",
  component: lazyRouteComponent(() => import("@/features/jobs/JobPage"), "JobPage"),
});

const pipelines = createRoute({
  getParentRoute: () => workspace,
  path: "/pipelines",
  component: lazyRouteComponent(() => import("@/features/pipelines/PipelinesPage"), "PipelinesPage"),
});

const catalog = createRoute({
  getParentRoute: () => workspace,
  path: "/pipelines/catalog",
  component: lazyRouteComponent(() => import("@/features/pipelines/CatalogPage"), "CatalogPage"),
});

const schedules = createRoute({
  getParentRoute: () => workspace,
  path: "/pipelines/schedules",
  component: lazyRouteComponent(() => import("@/features/pipelines/SchedulesPage"), "SchedulesPage"),
});

const pipelineRun = createRoute({
  getParentRoute: () => workspace,
  path: "/pipelines/runs/$runId",
  component: lazyRouteComponent(() => import("@/features/pipelines/PipelineRunPage"), "PipelineRunPage"),
});

const pipelineCompare = createRoute({
  getParentRoute: () => workspace,
  path: "/pipelines/compare",
  component: lazyRouteComponent(
    () => import("@/features/pipelines/PipelineComparePage"),
    "PipelineComparePage",
  ),
});

const registry = createRoute({
  getParentRoute: () => workspace,
  path: "/models",
  component: lazyRouteComponent(() => import("@/features/registry/ModelsPage"), "ModelsPage"),
});

const registeredModel = createRoute({
  getParentRoute: () => workspace,
  path: "/models/$name",
  component: lazyRouteComponent(
    () => import("@/features/registry/RegisteredModelPage"),
    "RegisteredModelPage",
  ),
});

const version = createRoute({
  getParentRoute: () => workspace,
  path: "/models/$name/versions/$version",
  component: lazyRouteComponent(() => import("@/features/registry/VersionPage"), "VersionPage"),
});

const versionCompare = createRoute({
  getParentRoute: () => workspace,
  path: "/models/$name/compare",
  component: lazyRouteComponent(() => import("@/features/registry/VersionComparePage"), "VersionComparePage"),
});

const machines = createRoute({
  getParentRoute: () => workspace,
  path: "/machines",
  component: lazyRouteComponent(() => import("@/features/machines/MachinesPage"), "MachinesPage"),
});

const tree = root.addChildren([
  index,
  workspace.addChildren([
    home,
    experiments,
    experiment,
    run,
    model,
    compare,
    pipelines,
    catalog,
    schedules,
    pipelineRun,
    pipelineCompare,
    jobs,
    job,
    machines,
    registry,
    registeredModel,
    version,
    versionCompare,
  ]),
]);

export function makeRouter() {
  return createRouter({
    routeTree: tree,
    parseSearch: parseQuery,
    stringifySearch: stringifyQuery,
    defaultPreload: "intent",
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageError,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
