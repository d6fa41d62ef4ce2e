import { expect, it } from "vitest";
import { commandOf, joinCommand, splitCommand, typedOf } from "./command";

it.each([
  ["python train.py --rate 0.1", ["python", "train.py", "--rate", "0.1"]],
  [`echo "two words" 'and $more' a\\ b ""`, ["echo", "two words", "and $more", "a b", ""]],
  ["python train.py \\\n  --epochs 3", ["python", "train.py", "--epochs", "3"]],
  ["  ", []],
])("splits %s as a shell would", (text, words) => {
  expect(splitCommand(text)).toEqual(words);
});

it("hands to a shell what only a shell understands", () => {
  expect(commandOf("make data && python train.py")).toEqual(["sh", "-c", "make data && python train.py"]);
  expect(commandOf("echo $HOME")).toEqual(["sh", "-c", "echo $HOME"]);
  expect(commandOf("echo '$HOME'")).toEqual(["echo", "$HOME"]);
  expect(commandOf("ls *.py")).toEqual(["sh", "-c", "ls *.py"]);
});

it("writes commands so that they are read back the same", () => {
  const words = ["python", "-c", "print('a b', $x)", "", "it's"];
  expect(splitCommand(joinCommand(words))).toEqual(words);
  for (const typed of ["python train.py", "a && b", "echo 'x y'"])
    expect(typedOf(commandOf(typed))).toBe(typed);
});
