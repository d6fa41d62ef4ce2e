import { expect, it } from "vitest";
import { loadPython, registerPython, versionCommands } from "./snippets";

it("loads by an alias where there is one, which goes on being true when the alias moves", () => {
  expect(loadPython("http://here", "digits", 3, undefined)).toContain('load_model("models:/digits/3")');
  expect(loadPython("http://here", "digits", 3, "champion")).toContain(
    'load_model("models:/digits@champion")',
  );
});

it("quotes names as Python and the shell want it", () => {
  expect(registerPython("http://here", 'my "net"')).toContain('registered_model_name="my \\"net\\"")');
  expect(versionCommands("digits", 3)).toContain("predict models:/digits/3 -i");
  expect(versionCommands("it's a net", 3)).toContain("lineage 'it'\\''s a net/3'");
});
