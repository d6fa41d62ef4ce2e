import { describe, expect, it } from "vitest";
import { findError } from "./traceback";

const err = (text: string) => text.split("\n").map((line) => ({ stream: "stderr", text: line }));
const TRACE = `Traceback (most recent call last):
  File "/work/train.py", line 30, in <module>
    main()
  File "/work/model.py", line 12, in fit
    torch.add(a, b)
    ~~~~~~~~~^^^^^^
  File "/venv/lib/python3.11/site-packages/torch/ops.py", line 99, in add
    raise ValueError("shapes")
ValueError: shapes (3,) and (4,)`;

describe("findError", () => {
  it("finds the exception and the innermost frame of one's own code", () => {
    const found = findError([...err("epoch 1"), ...err(TRACE), ...err("bye")]);
    expect(found?.headline).toBe("ValueError: shapes (3,) and (4,)");
    expect(found?.at).toBe(9);
    expect(found?.ownFrame).toMatchObject({
      file: "/work/model.py",
      line: 12,
      inside: "fit",
      code: "torch.add(a, b)",
    });
    expect(found?.frames.map(({ own }) => own)).toEqual([true, true, false]);
  });

  it("reads on though stdout was written in between", () => {
    const [head = { stream: "stderr", text: "" }, ...rest] = err(TRACE);
    const found = findError([head, { stream: "stdout", text: "loading" }, ...rest]);
    expect(found?.headline).toBe("ValueError: shapes (3,) and (4,)");
    expect(found?.at).toBe(9);
  });

  it("takes the last of several tracebacks, as the one that ended the program", () => {
    const chained = `${TRACE}\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "/work/train.py", line 5, in save\nOSError: disk full`;
    expect(findError(err(chained))?.headline).toBe("OSError: disk full");
  });

  it("has no frame of one's own where only libraries were at work", () => {
    const foreign = 'Traceback (most recent call last):\n  File "<frozen runpy>", line 1, in x\nKeyError: 1';
    expect(findError(err(foreign))?.ownFrame).toBeNull();
  });

  it("reads tracebacks in colour", () => {
    const esc = "\u001b";
    const colored = `Traceback (most recent call last):\n  File ${esc}[35m"/a/b.py"${esc}[0m, line ${esc}[35m3${esc}[0m, in ${esc}[35mf${esc}[0m\n${esc}[1;35mZeroDivisionError${esc}[0m: division by zero`;
    const found = findError(err(colored));
    expect(found?.headline).toBe("ZeroDivisionError: division by zero");
    expect(found?.ownFrame?.file).toBe("/a/b.py");
  });

  it("without a traceback takes the last line on stderr that sounds wrong, else the last one there", () => {
    expect(findError(err("sh: 1: nope: not found\n+ exit"))?.headline).toBe("sh: 1: nope: not found");
    expect(findError(err("one\ntwo"))?.headline).toBe("two");
    expect(findError([{ stream: "stdout", text: "Error: no data" }])?.headline).toBe("Error: no data");
    expect(findError([{ stream: "stdout", text: "all is well" }])).toBeNull();
  });

  it("is not misled by a traceback that was cut off", () => {
    expect(
      findError(err('Traceback (most recent call last):\n  File "/a.py", line 1, in f'))?.frames,
    ).toEqual([]);
  });
});
