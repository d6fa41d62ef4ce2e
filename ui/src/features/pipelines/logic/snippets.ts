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
