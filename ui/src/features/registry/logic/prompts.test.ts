import { expect, it } from "vitest";
import { chatTurns, comparedText, placesIn, promptText } from "./prompts";

const version = (text: string, type = "text") => ({
  tags: { "mlflow.prompt.text": text, _mlflow_prompt_type: type },
});
const CHAT = version(
  '[{"role": "system", "content": "Be kind."}, {"role": "user", "content": "{{ q }}"}]',
  "chat",
);

it("reads plain texts and conversations", () => {
  expect(promptText(version("Hello {{name}}"))).toBe("Hello {{name}}");
  expect(chatTurns(version("[]"))).toBeNull();
  expect(chatTurns(CHAT)?.map((turn) => turn.role)).toEqual(["system", "user"]);
  expect(comparedText(CHAT)).toBe("system:\nBe kind.\n\nuser:\n{{ q }}");
});

it("shows what is no conversation as it is", () => {
  for (const broken of ["{", "[1]", "[]", '{"role": "user"}'])
    expect(comparedText(version(broken, "chat"))).toBe(broken);
});

it("finds places to fill in once", () => {
  expect(placesIn("{{a}} and {{ b.c }} and {{a}} {no}")).toEqual(["a", "b.c"]);
});
