/** The shortest way to a first pipeline: written, compiled and run from Python, with Kubeflow's own client. */
export function firstPipelinePython(origin: string): string {
  return [
    "from kfp import Client, dsl",
    "",
    "@dsl.component",
    "def square(x: int) -> int:",
    "    return x * x",
    "",
    "@dsl.pipeline",
    "def squares(upto: int = 3):",
    "    first = square(x=upto)",
    "    square(x=first.output)",
    "",
    `client = Client(host=${JSON.stringify(origin)})`,
    'client.create_run_from_pipeline_func(squares, arguments={"upto": 4})',
  ].join("\n");
}

/** The file that is uploaded here. */
export function compilePython(): string {
  return ["from kfp import compiler", "", 'compiler.Compiler().compile(squares, "squares.yaml")'].join("\n");
}

/** A schedule of an uploaded pipeline, from a shell. */
export function scheduleCommand(): string {
  return 'tidemill pipeline schedule create nightly squares \\\n  --cron "0 3 * * *" --timezone Europe/Berlin';
}

/** A schedule with Kubeflow's own client, of a file. */
export function recurringPython(origin: string): string {
  return [
    "from kfp import Client",
    "",
    `client = Client(host=${JSON.stringify(origin)})`,
    'experiment = client.create_experiment("nightly")',
    "client.create_recurring_run(",
    '    experiment.experiment_id, "nightly", cron_expression="0 0 3 * * *",',
    '    pipeline_package_path="squares.yaml", params={"upto": 4},',
    ")",
  ].join("\n");
}
