import "@/design/mantine";
import "@fontsource-variable/inter/index.css";
import "@/design/base.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "@/api/errors";
import { cssVariables, theme } from "@/design/theme";
import { DEFAULT_WORKSPACE } from "@/lib/workspace";
import { legacyTarget } from "@/shell/legacyLinks";
import { makeRouter } from "@/shell/router";
import { Toasts } from "@/shell/Toasts";

// Links that clients of MLflow and Kubeflow print keep working: they carry their path behind a "#".
const moved = legacyTarget(window.location.hash, DEFAULT_WORKSPACE);
if (moved !== null) window.history.replaceState(null, "", moved);

const router = makeRouter();
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Live updates say when something is stale; until then an answer holds.
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        !(error instanceof ApiError && error.status >= 400 && error.status < 500) && failures < 2,
    },
  },
});

const container = document.getElementById("root");
if (container === null) throw new Error("index.html has no #root");

createRoot(container).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
