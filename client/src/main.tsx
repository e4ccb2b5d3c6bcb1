import { NoAnswer } from "@moviebooking/api/problems";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./app.css";
import { App } from "./App";
import { Embed } from "./embed/Embed";
import { ASKED_LANGUAGE, BASE } from "./embed/where";
import { startOffline } from "./offline";
import { preferredLanguage, speak } from "./words";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 20_000,
      retry: (count, error) => error instanceof NoAnswer && count < 2,
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

await speak(preferredLanguage());
if (ASKED_LANGUAGE) await speak(ASKED_LANGUAGE);
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>{BASE ? <Embed /> : <App />}</QueryClientProvider>
  </StrictMode>,
);
if (!BASE) startOffline();
