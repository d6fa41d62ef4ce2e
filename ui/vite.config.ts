import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Where `npm run dev` sends API calls: the address of a running `tidemill up`.
const server = process.env.TIDEMILL_DEV_URI ?? "http://127.0.0.1:5000";
const API_PREFIXES = ["/api", "/ajax-api", "/health", "/healthz", "/readyz", "/version"];

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
  },
  server: {
    proxy: Object.fromEntries(
      API_PREFIXES.map((prefix) => [prefix, { target: server, headers: { origin: server } }]),
    ),
  },
  test: {
    environment: "jsdom",
    setupFiles: ["./src/lib/testSetup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    pool: "threads",
    maxWorkers: 2,
  },
});
