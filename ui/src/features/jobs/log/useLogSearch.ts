import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type FoundLine, logSearchQuery } from "@/api/compute/logs";
import { useQueryText } from "@/lib/usePaused";
import { useWorkspace } from "@/lib/workspace";

export interface LogSearch {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly total: number;
  /** Which of them one is at; null before one has gone to any. */
  readonly at: number | null;
  readonly searching: boolean;
  /** To the next match, or to the one before. */
  readonly step: (by: 1 | -1) => void;
}

interface Here {
  readonly attempt: number;
  readonly rank: number | null;
}

/** Searches all logs of a job on the server, beginning with the process that one reads. */
export function useLogSearch(id: string, here: Here, onFound: (line: FoundLine) => void): LogSearch {
  const workspace = useWorkspace();
  const [text, setText] = useQueryText("q");
  const [asked] = useDebouncedValue(text.trim(), 250);
  const [at, setAt] = useState<{ text: string; index: number } | null>(null);
  const answer = useQuery({ ...logSearchQuery(workspace, id, asked), enabled: asked !== "" });
  const lines = asked === "" ? [] : (answer.data?.lines ?? []);
  const index = at !== null && at.text === asked && at.index < lines.length ? at.index : null;
  const step = (by: 1 | -1) => {
    if (lines.length === 0) return;
    const next = index === null ? firstHere(lines, here, by) : (index + by + lines.length) % lines.length;
    setAt({ text: asked, index: next });
    const line = lines[next];
    if (line !== undefined) onFound(line);
  };
  return {
    text,
    setText,
    total: lines.length,
    at: index,
    searching: asked !== text.trim() || (asked !== "" && answer.isFetching && answer.data === undefined),
    step,
  };
}

/** The first match in what one reads, or the last going backwards; else the first or last of all. */
function firstHere(lines: readonly FoundLine[], { attempt, rank }: Here, by: 1 | -1): number {
  const isHere = (line: FoundLine) =>
    line.attempt === attempt && (rank === null || (line.rank ?? 0) === rank);
  const found = by === 1 ? lines.findIndex(isHere) : lines.findLastIndex(isHere);
  return found >= 0 ? found : by === 1 ? 0 : lines.length - 1;
}
