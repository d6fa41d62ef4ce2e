/** Python that registers the model of a run, in the fewest lines. */
export function registerPython(origin: string, name = "digit-reader"): string {
  return [
    "import mlflow",
    `mlflow.set_tracking_uri(${JSON.stringify(origin)})`,
    `mlflow.sklearn.log_model(model, name="model", registered_model_name=${JSON.stringify(name)})`,
  ].join("\n");
}

/** Python that registers a prompt. */
export function promptPython(origin: string): string {
  return [
    "import mlflow",
    `mlflow.set_tracking_uri(${JSON.stringify(origin)})`,
    `mlflow.genai.register_prompt(name="greet", template="Greet {{name}} kindly.")`,
  ].join("\n");
}

/** Python that loads a version, named by its number or an alias. */
export function loadPython(origin: string, name: string, version: number, alias: string | undefined): string {
  const address = alias === undefined ? `models:/${name}/${version}` : `models:/${name}@${alias}`;
  return [
    "import mlflow",
    `mlflow.set_tracking_uri(${JSON.stringify(origin)})`,
    `model = mlflow.pyfunc.load_model(${JSON.stringify(address)})`,
  ].join("\n");
}

/** Python that loads a version of a prompt. */
export function loadPromptPython(origin: string, name: string, version: number): string {
  return [
    "import mlflow",
    `mlflow.set_tracking_uri(${JSON.stringify(origin)})`,
    `prompt = mlflow.genai.load_prompt(${JSON.stringify(`prompts:/${name}/${version}`)})`,
  ].join("\n");
}

/** Commands that ask a version from a terminal, and that show where it came from. */
export function versionCommands(name: string, version: number): string {
  const address = shellWord(`models:/${name}/${version}`);
  return [
    `tidemill model predict ${address} -i rows.csv`,
    `tidemill model lineage ${shellWord(`${name}/${version}`)}`,
  ].join("\n");
}

/** The command that registers what a run logged. */
export function registerCommand(name = "digit-reader"): string {
  return `tidemill model register m-3f2a... ${shellWord(name)} --alias champion`;
}

/** A text as one word of a shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
