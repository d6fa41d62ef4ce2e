import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const SOURCE = join(import.meta.dirname, "..");

it("styles every Mantine part that the page uses", () => {
  const styled = readFileSync(join(SOURCE, "design/mantine.ts"), "utf8");
  const missing = usedParts().filter((part) => hasStyle(part) && !styled.includes(`styles/${part}.css`));
  expect(missing).toEqual([]);
});

function usedParts(): string[] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".tsx"),
  );
  const imports = files.flatMap((name) => {
    const text = readFileSync(join(SOURCE, name), "utf8");
    return [...text.matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)].map((match) => match[1] ?? "");
  });
  return [
    ...new Set(
      imports
        .join(",")
        .split(",")
        .map((name) => name.trim()),
    ),
  ];
}

function hasStyle(part: string): boolean {
  return part !== "" && existsSync(join(SOURCE, `../node_modules/@mantine/core/styles/${part}.css`));
}
