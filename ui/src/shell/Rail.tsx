import { useRouterState } from "@tanstack/react-router";
import { CircleHelp, Cpu, FlaskConical, House, ListChecks, Package, Search, Workflow } from "lucide-react";
import type { ReactNode } from "react";
import { PageLink } from "@/lib/PageLink";
import {
  experimentsPage,
  homePage,
  jobsPage,
  machinesPage,
  pipelinesPage,
  registryPage,
  type Target,
} from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import { Mark } from "./Mark";
import classes from "./Rail.module.css";

interface RailProps {
  onSearch: () => void;
  onHelp: () => void;
}

/** The places of the product: a rail on the left, a bar at the bottom of a phone. */
export function Rail({ onSearch, onHelp }: RailProps) {
  const workspace = useWorkspace();
  const home = homePage(workspace);
  return (
    <nav className={classes.rail} aria-label="Main">
      <PageLink page={home} className={classes.mark} aria-label="Tidemill home" tabIndex={-1}>
        <Mark size={28} />
      </PageLink>
      <Place page={home} label="Home" icon={<House size={20} />} exact />
      <Place page={experimentsPage(workspace)} label="Experiments" icon={<FlaskConical size={20} />} />
      <Place page={pipelinesPage(workspace)} label="Pipelines" icon={<Workflow size={20} />} />
      <Place page={registryPage(workspace)} label="Models" icon={<Package size={20} />} />
      <Place page={jobsPage(workspace)} label="Jobs" icon={<ListChecks size={20} />} />
      <Place page={machinesPage(workspace)} label="Machines" icon={<Cpu size={20} />} />
      <button type="button" className={classes.place} onClick={onSearch}>
        <Search size={20} aria-hidden />
        <span>Search</span>
      </button>
      <button type="button" className={`${classes.place} ${classes.last}`} onClick={onHelp}>
        <CircleHelp size={20} aria-hidden />
        <span>Keys</span>
      </button>
    </nav>
  );
}

function Place({
  page,
  label,
  icon,
  exact = false,
}: {
  page: Target;
  label: string;
  icon: ReactNode;
  exact?: boolean;
}) {
  const path = useRouterState({ select: (state) => state.location.pathname }).replace(/\/$/, "");
  const active = exact ? path === page.to : path.startsWith(page.to);
  return (
    <PageLink page={page} className={classes.place} aria-current={active ? "page" : undefined}>
      {icon}
      <span>{label}</span>
    </PageLink>
  );
}
