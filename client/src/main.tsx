import { NoAnswer } from "@moviebooking/api/problems";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import "./app.css";
import { App } from "./App";
import { ASKED_LANGUAGE, BASE } from "./embed/where";
import { startOffline } from "./offline";
import { Boundary } from "./parts/Boundary";
import { preferredLanguage, speak } from "./words";

const Embed = lazy(() => import("./embed/Embed"));
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

await speak(preferredLanguage(ASKED_LANGUAGE));
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Boundary>
        <Suspense>{BASE ? <Embed /> : <App />}</Suspense>
      </Boundary>
    </QueryClientProvider>
  </StrictMode>,
);
if (!BASE) startOffline();
