import { useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ALL_JOBS, jobListQuery } from "@/api/compute/jobs";
import { experimentMatchesQuery } from "@/api/experiments";
import { ALL_MODELS, modelListQuery } from "@/api/registry";
import type { ModelKind } from "@/api/registry/types";
import { NAMES_ONLY, runSearchQuery } from "@/api/runs";
import { runNameFilter } from "@/lib/filterText";
import { plural } from "@/lib/numbers";
import { useGo } from "@/lib/PageLink";
import {
  experimentPage,
  experimentsPage,
  homePage,
  jobPage,
  jobsPage,
  machinesPage,
  pipelinesPage,
  registeredModelPage,
  registryPage,
  runPage,
} from "@/lib/paths";
import { type Shortcut, useShortcutGroups } from "@/lib/shortcuts";
import { useWorkspace } from "@/lib/workspace";

export interface PaletteEntry {
  id: string;
  group: "Experiments" | "Runs" | "Models" | "Prompts" | "Jobs" | "Go to" | "On this page" | "Theme";
  label: string;
  detail: string;
  keys?: string;
  run: () => void;
}

const SHOWN_PER_GROUP = 8;

/** What the palette offers for a text: first what has that name, then what can be done. */
export function useResults(text: string): { entries: PaletteEntry[]; searching: boolean } {
  const found = useFound(text);
  const commands = useCommands();
  const words = text.trim().toLowerCase().split(/\s+/);
  const matching = commands.filter((command) => {
    const label = `${command.group} ${command.label}`.toLowerCase();
    return words.every((word) => label.includes(word));
  });
  return { entries: [...found.entries, ...matching], searching: found.searching };
}

function useFound(text: string): { entries: PaletteEntry[]; searching: boolean } {
  const workspace = useWorkspace();
  const go = useGo();
  const [asked] = useDebouncedValue(text.trim(), 120);
  const filter = runNameFilter(asked);
  const experiments = useQuery({
    ...experimentMatchesQuery(workspace, asked, SHOWN_PER_GROUP),
    placeholderData: keepPreviousData,
  });
  const search = {
    experiment_ids: [],
    filter: filter ?? "",
    view: "active" as const,
    order_by: [],
    columns: NAMES_ONLY,
  };
  const runs = useQuery({
    ...runSearchQuery(workspace, search, 0, SHOWN_PER_GROUP),
    enabled: filter !== null,
    placeholderData: keepPreviousData,
  });
  const jobs = useQuery({
    ...jobListQuery(workspace, { ...ALL_JOBS, search: asked }, 0, SHOWN_PER_GROUP),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
  });
  const models = useModelEntries(asked, "model");
  const prompts = useModelEntries(asked, "prompt");
  const experimentEntries = (experiments.data?.experiments ?? []).map((row) => ({
    id: `experiment-${row.experiment_id}`,
    group: "Experiments" as const,
    label: row.name,
    detail: plural(row.runs.total, "run"),
    run: () => go(experimentPage(workspace, row.experiment_id)),
  }));
  const runEntries = (filter === null ? [] : (runs.data?.runs ?? [])).map((row) => ({
    id: `run-${row.run_id}`,
    group: "Runs" as const,
    label: row.name,
    detail: `${row.experiment_name} · ${row.run_id.slice(0, 8)}`,
    run: () => go(runPage(workspace, row.experiment_id, row.run_id)),
  }));
  const jobEntries = (asked === "" ? [] : (jobs.data?.workloads ?? [])).map((row) => ({
    id: `job-${row.id}`,
    group: "Jobs" as const,
    label: row.name,
    detail: `${row.state} · ${row.id.slice(0, 8)}`,
    run: () => go(jobPage(workspace, row.id)),
  }));
  // While the answer to this text is awaited, what the one before found stays only where it fits: Enter must not
  // open what one no longer types.
  const answered =
    asked === text.trim() &&
    !experiments.isPlaceholderData &&
    !runs.isPlaceholderData &&
    !models.outdated &&
    !prompts.outdated &&
    !jobs.isPlaceholderData;
  const entries = [...experimentEntries, ...runEntries, ...models.entries, ...prompts.entries, ...jobEntries];
  return {
    entries: answered ? entries : entries.filter((entry) => fits(entry, text)),
    searching:
      !answered ||
      [experiments, runs, jobs].some((each) => each.isFetching) ||
      models.searching ||
      prompts.searching,
  };
}

function useModelEntries(asked: string, kind: ModelKind) {
  const workspace = useWorkspace();
  const go = useGo();
  const found = useQuery({
    ...modelListQuery(workspace, { ...ALL_MODELS, kind, search: asked }, 0, SHOWN_PER_GROUP),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
  });
  const entries = (asked === "" ? [] : (found.data?.models ?? [])).map((row) => ({
    id: `${kind}-${row.name}`,
    group: kind === "model" ? ("Models" as const) : ("Prompts" as const),
    label: row.name,
    detail: plural(row.version_count, "version"),
    run: () => go(registeredModelPage(workspace, row.name)),
  }));
  return { entries, outdated: found.isPlaceholderData, searching: found.isFetching };
}

function fits({ label, id }: PaletteEntry, text: string): boolean {
  return `${label} ${id}`.toLowerCase().includes(text.trim().toLowerCase());
}

function useCommands(): PaletteEntry[] {
  const workspace = useWorkspace();
  const go = useGo();
  const { setColorScheme } = useMantineColorScheme();
  const groups = useShortcutGroups();
  const onPage = groups
    .filter((group) => group.name !== "Everywhere")
    .flatMap((group) => group.shortcuts.flatMap((shortcut) => commandOf(group.name, shortcut)));
  return [
    ...onPage,
    {
      id: "home",
      group: "Go to",
      label: "Home",
      detail: "",
      keys: "g h",
      run: () => go(homePage(workspace)),
    },
    {
      id: "experiments",
      group: "Go to",
      label: "Experiments",
      detail: "",
      keys: "g e",
      run: () => go(experimentsPage(workspace)),
    },
    {
      id: "pipelines",
      group: "Go to",
      label: "Pipelines",
      detail: "",
      keys: "g p",
      run: () => go(pipelinesPage(workspace)),
    },
    {
      id: "models",
      group: "Go to",
      label: "Models",
      detail: "",
      keys: "g r",
      run: () => go(registryPage(workspace)),
    },
    {
      id: "jobs",
      group: "Go to",
      label: "Jobs",
      detail: "",
      keys: "g j",
      run: () => go(jobsPage(workspace)),
    },
    {
      id: "machines",
      group: "Go to",
      label: "Machines",
      detail: "",
      keys: "g m",
      run: () => go(machinesPage(workspace)),
    },
    { id: "light", group: "Theme", label: "Light", detail: "", run: () => setColorScheme("light") },
    { id: "dark", group: "Theme", label: "Dark", detail: "", run: () => setColorScheme("dark") },
    { id: "auto", group: "Theme", label: "As the system", detail: "", run: () => setColorScheme("auto") },
  ];
}

function commandOf(group: string, { keys, label, run }: Shortcut): PaletteEntry[] {
  if (run === undefined) return [];
  return [{ id: `shortcut-${group}-${keys}`, group: "On this page", label, detail: "", keys, run }];
}
