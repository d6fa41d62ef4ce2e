import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { errorHint, errorMessage } from "@/api/errors";
import { previewQuery, type TriggerQuery } from "@/api/pipelines/schedules";
import { useWorkspace } from "@/lib/workspace";
import { NextTimes } from "./ScheduleDetail";
import classes from "./TriggerPreview.module.css";

const PAUSE_MS = 250;

interface TriggerPreviewProps {
  /** What is asked for, or what is still to be filled in. */
  asked: { trigger: TriggerQuery } | { error: string };
}

/** What a trigger means: in words, and as its next times by this machine's clock. */
export function TriggerPreview({ asked }: TriggerPreviewProps) {
  const workspace = useWorkspace();
  const [settled] = useDebouncedValue(asked, PAUSE_MS);
  const { data, error } = useQuery({
    ...previewQuery(workspace, "trigger" in settled ? settled.trigger : {}),
    enabled: "trigger" in settled,
    placeholderData: keepPreviousData,
  });
  const problem = "error" in asked ? asked.error : error === null ? null : errorMessage(error);
  return (
    <div className={classes.preview} aria-live="polite">
      {problem !== null ? (
        <p className={classes.problem}>
          {problem} {error !== null && <span>{errorHint(error)}</span>}
        </p>
      ) : (
        data !== undefined && (
          <>
            <p>
              Runs <strong>{data.words}</strong>. By your clock:
            </p>
            <NextTimes times={data.next_ms} />
          </>
        )
      )}
    </div>
  );
}
