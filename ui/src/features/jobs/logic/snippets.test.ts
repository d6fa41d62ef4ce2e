import { expect, it } from "vitest";
import { EMPTY_FORM, formOf, specOf } from "../newjob/form";
import { specAsCli, specAsPython } from "./snippets";

const FORM = {
  ...EMPTY_FORM,
  command: "python train.py --note 'two words'",
  cpu: "0.5",
  memory: "4Gi",
  gpus: "1",
  requirements: "numpy>=2\n# a remark\nscikit-learn",
  variables: "EPOCHS=10",
  retries: "2",
  timeout: "2h",
  priority: "-5",
};

it("asks for what the fields say", () => {
  expect(specOf(FORM)).toEqual({
    errors: {},
    spec: {
      kind: "job",
      command: ["python", "train.py", "--note", "two words"],
      resources: { cpu_milli: 500, memory_bytes: 4 * 2 ** 30, gpus: 1 },
      environment: { requirements: ["numpy>=2", "scikit-learn"] },
      variables: { EPOCHS: "10" },
      restart: { max_retries: 2 },
      timeout_s: 7200,
      priority: -5,
    },
  });
});

it("says which field cannot be understood", () => {
  const { errors } = specOf({
    ...FORM,
    cpu: "two",
    memory: "4 giga",
    variables: "A B=1",
    timeout: "soon",
    gpus: "x",
  });
  expect(Object.keys(errors).sort()).toEqual(["cpu", "gpus", "memory", "timeout", "variables"]);
});

it("puts a spec back into the fields so that it is asked for again the same", () => {
  const { spec } = specOf(FORM);
  expect(specOf(formOf(spec, "")).spec).toEqual(spec);
});

it("writes the same as a command line and as Python", () => {
  const { spec } = specOf(FORM);
  expect(specAsCli(spec, "night", "http://h:1", "team a")).toBe(
    "export TIDEMILL_URI=http://h:1\nexport TIDEMILL_WORKSPACE='team a'\ntidemill job submit --name night --cpu 0.5 " +
      "--memory 4Gi --gpu 1 --requirement 'numpy>=2' --requirement scikit-learn --env EPOCHS=10 --retries 2 " +
      "--timeout 7200s --priority -5 -- python train.py --note 'two words'",
  );
  const python = specAsPython(spec, "night", "http://h:1", "default");
  expect(python).toContain('tm.connect("http://h:1")');
  expect(python).toContain('    ["python", "train.py", "--note", "two words"],');
  expect(python).toContain('    requirements=["numpy>=2", "scikit-learn"],');
  expect(python).toContain("    timeout=7200,");
});
