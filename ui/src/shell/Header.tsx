import { Search } from "lucide-react";
import { Fragment } from "react";
import { PageLink } from "@/lib/PageLink";
import { homePage } from "@/lib/paths";
import { useCrumbs } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import { ConnectionDot } from "./ConnectionDot";
import classes from "./Header.module.css";
import { ThemeMenu } from "./ThemeMenu";

/** Where one is, and the two tools that are wanted everywhere. */
export function Header({ onSearch }: { onSearch: () => void }) {
  const workspace = useWorkspace();
  const crumbs = useCrumbs();
  return (
    <header className={classes.header}>
      <nav aria-label="Breadcrumbs" className={classes.trail}>
        <PageLink page={homePage(workspace)} className={classes.workspace} title={`Workspace ${workspace}`}>
          {workspace}
        </PageLink>
        {crumbs.map((crumb) => (
          <Fragment key={crumb.page?.to ?? "here"}>
            <span className={classes.separator} aria-hidden>
              /
            </span>
            {crumb.page === undefined ? (
              <span className={classes.here} aria-current="page" title={crumb.label}>
                {crumb.label}
              </span>
            ) : (
              <PageLink page={crumb.page} className={classes.crumb} title={crumb.label}>
                {crumb.label}
              </PageLink>
            )}
          </Fragment>
        ))}
      </nav>
      <ConnectionDot />
      <button type="button" className={classes.search} onClick={onSearch}>
        <Search size={14} aria-hidden />
        <span>Search</span>
        <kbd>Ctrl K</kbd>
      </button>
      <ThemeMenu />
    </header>
  );
}
