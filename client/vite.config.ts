import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

declare const process: { env: Record<string, string | undefined> };

const server = process.env.BACKEND ?? "http://127.0.0.1:8000";
const paths = ["/api", "/admin", "/static", "/client/", "/problems", "/demo-bank", "/media"];
const BASE =
  /node_modules|src\/(server|format|useSite|useSession|embed\/where|words\/index|parts\/(Boundary|Loading|Page|Trouble))\.tsx?$/;

export default defineConfig(({ command }) => ({
  base: command === "build" ? "/client/" : "/",
  plugins: [react()],
  // React has had it for long: without what stands in for it in older ones.
  resolve: { alias: { "use-sync-external-store/shim/index.js": "react" } },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: true,
    // One file of what every page uses: many small ones are compressed worse.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "base", test: BASE }] } } },
  },
  server: { proxy: Object.fromEntries(paths.map((path) => [path, { target: server }])) },
  test: { environment: "node" },
}));
