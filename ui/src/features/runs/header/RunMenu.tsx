import { Menu } from "@mantine/core";
import { Code, Columns3, Ellipsis, Link, Package, RotateCcw, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { RunDetail } from "@/api/types";
import { copyText } from "@/lib/copy";
import { PageLink } from "@/lib/PageLink";
import { comparePage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import type { RunActions } from "../actions";
import { runSnippet } from "../logic/snippet";
import classes from "./RunHeader.module.css";

const RegisterDialog = lazy(async () => ({
  default: (await import("@/lib/registry/RegisterDialog")).RegisterDialog,
}));

/** What can be done with a run. */
export function RunMenu({ run, actions }: { run: RunDetail; actions: RunActions }) {
  const workspace = useWorkspace();
  const [registering, setRegistering] = useState(false);
  const copyPython = () => void copyText(runSnippet(window.location.origin, run), "Python");
  const relatives = [run.run_id, ...run.children.map((child) => child.run_id)];
  const deleted = run.lifecycle_stage === "deleted";
  return (
    <>
      <button type="button" className={`${classes.button} ${classes.wide}`} onClick={copyPython}>
        <Code size={15} aria-hidden /> Copy as Python
      </button>
      {relatives.length > 1 && (
        <PageLink page={comparePage(workspace, relatives)} className={`${classes.button} ${classes.wide}`}>
          <Columns3 size={15} aria-hidden /> Compare children
        </PageLink>
      )}
      {run.models.length > 0 && !deleted && (
        <button
          type="button"
          className={`${classes.button} ${classes.wide}`}
          onClick={() => setRegistering(true)}
        >
          <Package size={15} aria-hidden /> Register model
        </button>
      )}
      {deleted && (
        <button type="button" className={classes.button} onClick={() => void actions.restore()}>
          <RotateCcw size={15} aria-hidden /> Restore
        </button>
      )}
      <Menu position="bottom-end" width={210}>
        <Menu.Target>
          <button type="button" className={classes.button} aria-label="More for this run">
            <Ellipsis size={16} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Code size={15} />} onClick={copyPython}>
            Copy as Python
          </Menu.Item>
          <Menu.Item
            leftSection={<Link size={15} />}
            onClick={() => void copyText(window.location.href, "Link")}
          >
            Copy link to this view
          </Menu.Item>
          {!deleted && (
            <Menu.Item leftSection={<Package size={15} />} onClick={() => setRegistering(true)}>
              Register model
            </Menu.Item>
          )}
          {!deleted && (
            <Menu.Item color="red" leftSection={<Trash2 size={15} />} onClick={() => void actions.remove()}>
              Delete run
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {registering && (
        <Suspense>
          <RegisterDialog runId={run.run_id} models={run.models} onClose={() => setRegistering(false)} />
        </Suspense>
      )}
    </>
  );
}
