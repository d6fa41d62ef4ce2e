import type { RunSearch } from "@/api/types";

/** The present search as code that does the same elsewhere. `origin` is the server's address. */
export function asPython(search: RunSearch, origin: string): string {
  const orders = search.order_by
    .filter(({ field }) => !DURATION.test(field))
    .map(({ field, descending }) => py(`${field} ${descending ? "DESC" : "ASC"}`));
  const byDuration = orders.length < search.order_by.length || DURATION.test(search.filter);
  const byExtreme = search.order_by.some(({ aggregate }) => aggregate === "min" || aggregate === "max");
  const views = { active: "ACTIVE_ONLY", deleted: "DELETED_ONLY", all: "ALL" } as const;
  return [
    "import mlflow",
    "from mlflow.entities import ViewType",
    "",
    `mlflow.set_tracking_uri(${py(origin)})`,
    ...(byExtreme ? ["# MLflow orders by the last value of a metric; the page orders by its extreme."] : []),
    ...(byDuration ? ["# MLflow knows no duration: it neither orders nor filters by it."] : []),
    "runs = mlflow.search_runs(",
    `    experiment_ids=[${search.experiment_ids.map(py).join(", ")}],`,
    `    filter_string=${py(search.filter)},`,
    `    run_view_type=ViewType.${views[search.view]},`,
    `    order_by=[${orders.join(", ")}],`,
    ")",
    "print(runs)",
    "",
  ].join("\n");
}

const DURATION = /\battributes?\.duration\b/;

export function asCurl(search: RunSearch, origin: string, workspace: string): string {
  const body = JSON.stringify({ ...search, offset: 0, limit: 100 });
  return [
    `curl ${sh(`${origin}/api/v1/runs/search`)} \\`,
    `  -H 'Content-Type: application/json' -H ${sh(`X-Workspace: ${workspace}`)} \\`,
    `  -d ${sh(body)}`,
    "",
  ].join("\n");
}

/** A JSON string is a Python string too. */
function py(text: string): string {
  return JSON.stringify(text);
}

function sh(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
