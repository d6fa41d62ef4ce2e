// Fails when a source file is longer than a reader wants: split it by purpose.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const LIMIT = 250;
const long = readdirSync("src", { recursive: true })
  .filter((name) => /\.(ts|tsx|css)$/.test(name) && !name.endsWith("generated.ts"))
  .map((name) => [name, readFileSync(join("src", name), "utf8").split("\n").length - 1])
  .filter(([, lines]) => lines > LIMIT);

for (const [name, lines] of long) console.error(`src/${name}: ${lines} lines; the limit is ${LIMIT}`);
process.exit(long.length === 0 ? 0 : 1);
