import { expect, it } from "vitest";
import type { JobDetails, JobProcess } from "@/api/compute/types";
import { chosenProcess } from "./chosen";
import { looksSecret } from "./secrets";

const process = (attempt: number, rank: number, outcome: JobProcess["outcome"], ended_ms: number | null) =>
  ({ attempt, rank, outcome, ended_ms }) as JobProcess;
const job = {
  processes: [process(2, 0, "stopped", 9), process(2, 1, "failed", 5), process(1, 0, "failed", 1)],
} as unknown as JobDetails;

it("takes the process that the address names, else that which speaks for the last attempt", () => {
  expect(chosenProcess(job, {})).toEqual({ attempt: 2, rank: 1 });
  expect(chosenProcess(job, { attempt: "1" })).toEqual({ attempt: 1, rank: 0 });
  expect(chosenProcess(job, { rank: "0" })).toEqual({ attempt: 2, rank: 0 });
  expect(chosenProcess(job, { rank: "all" })).toEqual({ attempt: 2, rank: null });
  expect(chosenProcess(job, { attempt: "1", rank: "all" })).toEqual({ attempt: 1, rank: 0 });
  expect(chosenProcess(job, { attempt: "9", rank: "9" })).toEqual({ attempt: 2, rank: 1 });
  expect(chosenProcess({ processes: [] } as unknown as JobDetails, {})).toEqual({ attempt: 0, rank: 0 });
});

it("takes variables for secret by what they are called", () => {
  for (const name of ["HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "db_password", "WANDB_API_KEY"])
    expect(looksSecret(name)).toBe(true);
  for (const name of ["EPOCHS", "KEYBOARD", "MONKEY", "AUTHOR"]) expect(looksSecret(name)).toBe(false);
});
