import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { environmentsQuery, removeEnvironment } from "@/api/compute/machines";
import type { BuiltEnvironment } from "@/api/compute/types";
import { keys } from "@/api/keys";
import { ConfirmDialog } from "@/lib/lazyDialogs";
import { formatBytes, formatCount } from "@/lib/numbers";
import { Panel } from "@/lib/Panel";
import { TimeAgo } from "@/lib/TimeAgo";
import { formatDuration } from "@/lib/times";
import { toastDone } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";
import classes from "./Panels.module.css";

const BuildLogDialog = lazy(async () => ({ default: (await import("./BuildLogDialog")).BuildLogDialog }));

/** What was installed for jobs that ask for packages, and what it takes of the disk. */
export function EnvironmentsPanel() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const { data: found } = useQuery(environmentsQuery(workspace));
  const [reading, setReading] = useState<BuiltEnvironment | null>(null);
  const [removing, setRemoving] = useState<BuiltEnvironment | null>(null);
  if (found === undefined) return null;
  const size = found.reduce((sum, one) => sum + (one.size_bytes ?? 0), 0);
  const count = found.length === 0 ? "0" : `${formatCount(found.length)} · ${formatBytes(size)}`;
  const remove = async (hash: string) => {
    await removeEnvironment(workspace, hash);
    await client.invalidateQueries({ queryKey: keys.compute(workspace) });
    toastDone("Environment removed");
  };
  return (
    <Panel title="Environments" count={count} flush>
      {found.length === 0 ? (
        <p className={classes.none}>
          None has been built: jobs that ask for packages get one, once, and share it.
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard.
        <section className={classes.scroll} aria-label="Built environments" tabIndex={0}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Packages</th>
                <th scope="col">State</th>
                <th scope="col">Python</th>
                <th scope="col">Size</th>
                <th scope="col">Built in</th>
                <th scope="col">Last used</th>
                <th scope="col">
                  <span className="tm-visually-hidden">What can be done</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {found.map((one) => (
                <tr key={one.hash}>
                  <td className={classes.wrap} title={nameOf(one)}>
                    {nameOf(one)} <code className={classes.dim}>{one.hash.slice(0, 8)}</code>
                  </td>
                  <td className={one.state === "failed" ? classes.bad : undefined} title={one.message}>
                    {one.state}
                  </td>
                  <td>{one.python}</td>
                  <td>{one.size_bytes === null ? "–" : formatBytes(one.size_bytes)}</td>
                  <td>{one.build_ms === null ? "–" : `${formatDuration(one.build_ms)} by ${one.builder}`}</td>
                  <td>
                    <TimeAgo ms={one.used_ms} />
                  </td>
                  <td>
                    <span className={classes.buttons}>
                      <Button variant="default" size="compact-sm" onClick={() => setReading(one)}>
                        Build log
                      </Button>
                      <Button
                        variant="default"
                        size="compact-sm"
                        disabled={one.state === "building"}
                        onClick={() => setRemoving(one)}
                      >
                        Remove
                      </Button>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {reading !== null && (
        <Suspense>
          <BuildLogDialog environment={reading} onClose={() => setReading(null)} />
        </Suspense>
      )}
      {removing !== null && (
        <ConfirmDialog
          title="Remove the environment?"
          action="Remove"
          tone="bad"
          onConfirm={() => remove(removing.hash)}
          onClose={() => setRemoving(null)}
        >
          {nameOf(removing)} is built again when a job asks for it.
        </ConfirmDialog>
      )}
    </Panel>
  );
}

function nameOf({ requirements, has_lock }: BuiltEnvironment): string {
  if (requirements.length > 0) return requirements.join(", ");
  return has_lock ? "from a lock file" : "no packages";
}
