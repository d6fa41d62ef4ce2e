import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useLiveUpdates } from "@/api/live";
import { useGo } from "@/lib/PageLink";
import { experimentsPage, homePage, jobsPage, machinesPage, pipelinesPage, registryPage } from "@/lib/paths";
import { useShortcuts } from "@/lib/shortcuts";
import { useWorkspace } from "@/lib/workspace";
import { ConnectionBanner } from "./ConnectionBanner";
import { Header } from "./Header";
import { Rail } from "./Rail";
import classes from "./Shell.module.css";

// Neither is wanted before someone asks for it.
const Palette = lazy(async () => ({ default: (await import("./palette/Palette")).Palette }));
const KeyboardHelp = lazy(async () => ({ default: (await import("./KeyboardHelp")).KeyboardHelp }));

/** What is around every page of a workspace. */
export function Shell() {
  const workspace = useWorkspace();
  const go = useGo();
  const [open, setOpen] = useState<"palette" | "help" | null>(null);
  useLiveUpdates(workspace);
  useShortcuts("Everywhere", [
    { keys: "mod+k", label: "Search and commands", run: () => setOpen("palette") },
    { keys: "/", label: "Search and commands", run: () => setOpen("palette") },
    { keys: "?", label: "Keyboard help", run: () => setOpen("help") },
    { keys: "g h", label: "Go to Home", run: () => go(homePage(workspace)) },
    { keys: "g e", label: "Go to Experiments", run: () => go(experimentsPage(workspace)) },
    { keys: "g p", label: "Go to Pipelines", run: () => go(pipelinesPage(workspace)) },
    { keys: "g r", label: "Go to Models", run: () => go(registryPage(workspace)) },
    { keys: "g j", label: "Go to Jobs", run: () => go(jobsPage(workspace)) },
    { keys: "g m", label: "Go to Machines", run: () => go(machinesPage(workspace)) },
  ]);
  const close = () => setOpen(null);

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <Rail onSearch={() => setOpen("palette")} onHelp={() => setOpen("help")} />
      <div className={classes.page}>
        <Header onSearch={() => setOpen("palette")} />
        <ConnectionBanner />
        <main id="main" tabIndex={-1} className={classes.main}>
          <Outlet />
        </main>
      </div>
      <Suspense>
        {open === "palette" && <Palette onClose={close} />}
        {open === "help" && <KeyboardHelp onClose={close} />}
      </Suspense>
    </div>
  );
}
