import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

declare const process: { env: Record<string, string | undefined> };

const server = process.env.BACKEND ?? "http://127.0.0.1:8000";
const paths = ["/api", "/admin", "/static", "/client/", "/problems", "/demo-bank", "/media"];

export default defineConfig(({ command }) => ({
  base: command === "build" ? "/client/" : "/",
  plugins: [react()],
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: true,
  },
  server: { proxy: Object.fromEntries(paths.map((path) => [path, { target: server }])) },
  test: { environment: "node" },
}));
