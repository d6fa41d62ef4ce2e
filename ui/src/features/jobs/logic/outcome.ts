import type { JobDetails, JobProcess, JobRow, Resources } from "@/api/compute/types";
import { formatBytes } from "@/lib/numbers";
import { formatDuration } from "@/lib/times";

/** How a process ended, in words: a title of a few, and a sentence that explains. */
export interface OutcomeWords {
  readonly title: string;
  readonly detail: string;
}

const SIGNALS: Record<number, string> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  11: "SIGSEGV",
  13: "SIGPIPE",
  15: "SIGTERM",
};

const EXITS: Record<number, string> = {
  2: "Commands say so of options that they do not know.",
  126: "The command was found and may not be executed.",
  127: "The shell did not find the command.",
};

/** How a process ended; null while it has not. */
export function outcomeWords(
  process: JobProcess,
  asked: Resources,
  timeoutS: number | null,
): OutcomeWords | null {
  const words = told(process, asked, timeoutS);
  return words && { ...words, detail: sentence(words.detail) };
}

/** With a capital and a full stop: the server's words are parts of sentences. */
export function sentence(text: string): string {
  if (text === "") return "";
  return `${text[0]?.toUpperCase()}${text.slice(1)}${/[.!?:]$/.test(text) ? "" : "."}`;
}

function told(process: JobProcess, asked: Resources, timeoutS: number | null): OutcomeWords | null {
  const { outcome, exit_code: code, signal, message } = process;
  switch (outcome) {
    case null:
      return null;
    case "succeeded":
      return { title: "Succeeded", detail: message };
    case "failed":
      return {
        title: code === null ? "Failed" : `Exit code ${code}`,
        detail: message || EXITS[code ?? 0] || "The program ended itself, and said that it failed.",
      };
    case "killed":
      return {
        title: `Killed by ${signal === null ? "a signal" : signalName(signal)}`,
        detail: message || "The signal did not come from Tidemill.",
      };
    case "out_of_memory":
      return { title: "Out of memory", detail: memoryDetail(process, asked) };
    case "timed_out":
      return {
        title: "Timed out",
        detail:
          timeoutS === null
            ? message
            : `It ran for longer than the ${formatDuration(timeoutS * 1000)} that it was given.`,
      };
    case "lost":
      return {
        title: "Lost",
        detail: message || "Its supervisor or its machine is gone: nobody knows how it ended.",
      };
    case "stopped":
      return { title: "Stopped", detail: message || "Tidemill ended it." };
    case "not_started":
      return { title: "Could not start", detail: message };
  }
}

/** The processes of one attempt, by rank. */
export function processesOf(details: JobDetails, attempt: number): JobProcess[] {
  return details.processes.filter((process) => process.attempt === attempt).sort((a, b) => a.rank - b.rank);
}

/** The process that speaks for an attempt: the first that failed by itself, else the last to end. */
export function decisive(processes: readonly JobProcess[]): JobProcess | undefined {
  const ended = processes
    .filter((process) => process.ended_ms !== null)
    .sort((a, b) => (a.ended_ms ?? 0) - (b.ended_ms ?? 0));
  return (
    ended.find(({ outcome }) => outcome !== "succeeded" && outcome !== "stopped") ??
    ended.find(({ outcome }) => outcome === "stopped") ??
    ended.at(-1)
  );
}

/** How long a job has waited since it was submitted; null where it has begun and nobody knows when. */
export function waitedMs(job: JobRow, now: number): number | null {
  if (job.state === "queued") return now - job.created_ms;
  const until = job.admitted_ms ?? job.ended_ms;
  return until === null ? null : Math.max(0, until - job.created_ms);
}

/** How long its present or last attempt has run; null where it never did. */
export function ranMs(job: JobRow, now: number): number | null {
  if (job.started_ms === null) return null;
  return Math.max(0, (job.ended_ms ?? now) - job.started_ms);
}

export function signalName(signal: number): string {
  const name = SIGNALS[signal];
  return name === undefined ? `signal ${signal}` : `${name} (signal ${signal})`;
}

function memoryDetail({ peak_memory_bytes: peak, message }: JobProcess, asked: Resources): string {
  const limit = asked.memory_bytes ?? 0;
  if (limit === 0) return message || "The machine had no more memory.";
  const used = peak === null ? "" : ` It had reached ${formatBytes(peak)}.`;
  return `It needed more than the ${formatBytes(limit)} that it asked for.${used}`;
}
