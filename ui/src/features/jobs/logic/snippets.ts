import type { JobSpec } from "@/api/compute/types";
import { formatCores, writeBytes } from "@/lib/compute/amounts";
import { joinCommand } from "./command";

/** The shortest way to a first job from a terminal. */
export function firstJobCli(origin: string, workspace: string): string {
  return [...shellSetup(origin, workspace), `tidemill job submit -- python -c 'print("hello")'`].join("\n");
}

/** The shortest way to a first job from Python. */
export function firstJobPython(origin: string, workspace: string): string {
  return [
    "import tidemill as tm",
    connectLine(origin, workspace),
    "",
    "def square(x):",
    "    return x * x",
    "",
    "print(tm.submit(square, 7).result())",
  ].join("\n");
}

/** The command line that submits what a spec says. */
export function specAsCli(spec: JobSpec, name: string, origin: string, workspace: string): string {
  const options: string[] = [];
  for (const [option, value] of optionsOf(spec, name)) options.push(`--${option} ${joinCommand([value])}`);
  const words = ["tidemill job submit", ...options, "--", joinCommand(spec.command ?? [])];
  return [...shellSetup(origin, workspace), words.join(" ")].join("\n");
}

/** The Python that submits what a spec says. */
export function specAsPython(spec: JobSpec, name: string, origin: string, workspace: string): string {
  const { resources = {}, environment = {}, restart = {}, variables = {} } = spec;
  const words: [string, string | null][] = [
    ["name", name === "" ? null : text(name)],
    ["cpu", amount(resources.cpu_milli, (milli) => formatCores(milli))],
    ["memory", amount(resources.memory_bytes, (bytes) => text(writeBytes(bytes)))],
    ["gpu", amount(resources.gpus, String)],
    ["requirements", list(environment.requirements)],
    ["env", Object.keys(variables).length === 0 ? null : JSON.stringify(variables)],
    ["retries", amount(restart.max_retries, String)],
    ["timeout", amount(spec.timeout_s ?? 0, String)],
    ["priority", amount(spec.priority, String)],
  ];
  const given = words.flatMap(([word, value]) => (value === null ? [] : [`    ${word}=${value},`]));
  const command = `[${(spec.command ?? []).map(text).join(", ")}]`;
  return [
    "import tidemill as tm",
    connectLine(origin, workspace),
    "",
    `job = tm.run(`,
    `    ${command},`,
    ...given,
    ")",
    "job.result()",
  ].join("\n");
}

function optionsOf(spec: JobSpec, name: string): [string, string][] {
  const { resources = {}, environment = {}, restart = {}, variables = {} } = spec;
  const options: [string, string][] = [];
  if (name !== "") options.push(["name", name]);
  if (resources.cpu_milli !== undefined) options.push(["cpu", formatCores(resources.cpu_milli)]);
  if (resources.memory_bytes) options.push(["memory", writeBytes(resources.memory_bytes)]);
  if (resources.gpus) options.push(["gpu", String(resources.gpus)]);
  for (const requirement of environment.requirements ?? []) options.push(["requirement", requirement]);
  for (const [key, value] of Object.entries(variables)) options.push(["env", `${key}=${value}`]);
  if (restart.max_retries) options.push(["retries", String(restart.max_retries)]);
  if (spec.timeout_s) options.push(["timeout", `${spec.timeout_s}s`]);
  if (spec.priority) options.push(["priority", String(spec.priority)]);
  return options;
}

function shellSetup(origin: string, workspace: string): string[] {
  const lines = [`export TIDEMILL_URI=${origin}`];
  return workspace === "default"
    ? lines
    : [...lines, `export TIDEMILL_WORKSPACE=${joinCommand([workspace])}`];
}

function connectLine(origin: string, workspace: string): string {
  const where = workspace === "default" ? "" : `, workspace=${text(workspace)}`;
  return `tm.connect(${text(origin)}${where})`;
}

function text(value: string): string {
  return JSON.stringify(value);
}

function list(items: readonly string[] | undefined): string | null {
  return items === undefined || items.length === 0 ? null : `[${items.map(text).join(", ")}]`;
}

function amount(value: number | undefined, write: (value: number) => string): string | null {
  return value === undefined || value === 0 ? null : write(value);
}
