import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Where `npm run dev` sends API calls: the address of a running `tidemill up`.
const server = process.env.TIDEMILL_DEV_URI ?? "http://127.0.0.1:5000";
const API_PREFIXES = ["/api", "/ajax-api", "/health", "/healthz", "/readyz", "/version"];

// Few files rather than many small ones: a first load is the entry, what pages share, and the page; every request
// counts. Lines and dialogs are shared too, but not wanted by every page.
const LINES = /node_modules\/uplot|src\/charts\/(?!ChartDialog)/;
const DIALOGS =
  /mantine\/core\/esm\/components\/Modal|react-remove-scroll|(Text|Chart|Confirm|Form)Dialog\.tsx|lib\/Dialog\.module/;
// What the pages of single things have in common, which lists of runs and experiments do without.
const WORK =
  /src\/(api|lib)\/compute|src\/api\/(models|registry)\/index|src\/lib\/(tags|registry\/(RegisteredAs|versionsIn))|src\/api\/pipelines\/(?!artifacts)|src\/lib\/(Bar|Card|CodeBlock|CopyButton|Facts|Markdown|MarkdownPanel|OnOff|PageTabs|SmallButton|useSeconds|snippets|useWindows|SelectionBar|FirstSteps|StateMark|PageHead|ListHead)\.|src\/features\/pipelines\/(logic|state|PipelineViews|CatalogPage\.module|usePipelineActions)|src\/features\/jobs\/(logic|useJobActions|newjob\/form|page\/(WhyTab|AtTheEnd|ErrorFrames)|log\/AnsiText)/;
// What the pages of the registry have in common.
const REGISTRY =
  /src\/(api|lib)\/registry\/(?!\w+Dialog)|src\/features\/registry\/(logic|usePlaceActions|HistoryPanel|DescriptionPanel|list\/ModelTable\.module|version\/(Version\.module|CheckList)|prompt\/Prompt(Text|\.module))/;
// Dialogs, and fields to type into, which lists do without.
const ALONE = /lib\/registry\/\w+Dialog/;
const FIELDS = /mantine\/core\/esm\/components\/(Input|InputBase|TextInput)\//;
const TEXTAREA = /mantine\/core\/esm\/components\/Textarea|textarea-autosize/;
const FRAMEWORK =
  /node_modules\/((react|react-dom|scheduler)\/|@tanstack\/|@mantine|@floating-ui|lucide-react)/;
// The order of names is wanted by lists too, which must not load the charts for it.
const SHARED =
  /src\/(api|design|lib)\/(?!renderMarkdown|codeOrigin|CheckList|home\/|artifacts\/|pipelines\/artifacts)|actions\/use\w+Actions|charts\/logic\/sections|rolldown\/runtime/;
const chunks = [
  {
    name: "shared",
    priority: 3,
    test: (id: string) =>
      (FRAMEWORK.test(id) || SHARED.test(id)) &&
      ![DIALOGS, WORK, REGISTRY, ALONE, FIELDS, TEXTAREA].some((apart) => apart.test(id)),
  },
  { name: "work", priority: 3, test: WORK },
  { name: "registry", priority: 3, test: REGISTRY },
  { name: "fields", priority: 3, test: FIELDS },
  { name: "charts", priority: 2, test: LINES },
  { name: "dialogs", priority: 1, test: DIALOGS },
];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../src/tidemill/server/page",
    emptyOutDir: true,
    // For `npm run size`.
    manifest: true,
    // The content security policy allows no data: fonts or scripts; every asset is a hashed file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    cssCodeSplit: false,
    rolldownOptions: { output: { codeSplitting: { groups: chunks } } },
  },
  server: {
    proxy: Object.fromEntries(
      API_PREFIXES.map((prefix) => [prefix, { target: server, headers: { origin: server } }]),
    ),
  },
  test: {
    maxWorkers: 2,
    projects: [
      // A DOM takes seconds to make on a busy machine: only tests that show something have one.
      {
        extends: true,
        test: { name: "logic", environment: "node", include: ["src/**/*.test.ts"], isolate: false },
      },
      {
        extends: true,
        test: {
          name: "parts",
          environment: "jsdom",
          setupFiles: ["./src/lib/testSetup.ts"],
          include: ["src/**/*.test.tsx"],
        },
      },
    ],
  },
});
