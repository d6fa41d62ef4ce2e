// Fails when the first load of any page needs more script or more requests than we promise.
// Needs a build. A page's first load is the entry, the page's own chunk, and all they import.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const PAGE = "../src/tidemill/server/page";
const SCRIPT_LIMIT_BYTES = 250_000;
const REQUEST_LIMIT = 15;
// The document, one font file, and the calls of the busiest page: events, experiment, fields, the runs at the top and
// those to draw, curves of the table and of the charts.
const OTHER_REQUESTS = 2 + 7;

const manifest = JSON.parse(readFileSync(join(PAGE, ".vite/manifest.json"), "utf8"));
const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
const pages = Object.keys(manifest).filter((name) => /^src\/features\/.*Page\.tsx$/.test(name));

let failed = false;
for (const page of pages) {
  const chunks = closure([entry, page]);
  const scripts = new Set(chunks.map((chunk) => chunk.file));
  const styles = new Set(chunks.flatMap((chunk) => chunk.css ?? []));
  const scriptBytes = sum(scripts);
  const requests = scripts.size + styles.size + OTHER_REQUESTS;
  const over = scriptBytes > SCRIPT_LIMIT_BYTES || requests > REQUEST_LIMIT;
  failed ||= over;
  const name = page.replace(/^.*\//, "").replace(".tsx", "");
  console.log(
    `${over ? "OVER" : "ok  "} ${name.padEnd(16)} ${kB(scriptBytes)} kB script, ${kB(sum(styles))} kB style, ${requests} requests`,
  );
}
console.log(`limits: ${kB(SCRIPT_LIMIT_BYTES)} kB gzipped script, ${REQUEST_LIMIT} requests`);
process.exit(failed || pages.length === 0 ? 1 : 0);

function closure(names) {
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const imported of manifest[name].imports ?? []) visit(imported);
  };
  names.forEach(visit);
  return [...seen].map((name) => manifest[name]);
}

function sum(files) {
  return [...files].reduce(
    (bytes, file) => bytes + gzipSync(readFileSync(join(PAGE, file)), { level: 9 }).length,
    0,
  );
}

function kB(bytes) {
  return (bytes / 1000).toFixed(1);
}
