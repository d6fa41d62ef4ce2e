import { type ReactNode, useState } from "react";
import type { JobDetails } from "@/api/compute/types";
import { CodeBlock } from "@/lib/CodeBlock";
import { formatCores } from "@/lib/compute/amounts";
import { formatBytes, formatCount, plural } from "@/lib/numbers";
import { Panel } from "@/lib/Panel";
import { formatDuration } from "@/lib/times";
import { joinCommand } from "../logic/command";
import { looksSecret } from "../logic/secrets";
import classes from "./SpecTab.module.css";

/** What was asked for: the command, what it finds installed, how much it may use, how often it is tried. */
export function SpecTab({ job: { spec, workload } }: { job: JobDetails }) {
  const { environment = {}, restart = {}, variables = {}, secrets = {}, files = [], labels = {} } = spec;
  const { call, ports = [] } = spec;
  return (
    <div className={classes.tab}>
      <Panel title={call == null ? "Command" : "Python call"}>
        {call == null ? (
          <CodeBlock code={joinCommand(spec.command ?? [])} label="Command" />
        ) : (
          <CodeBlock code={call.entry || `function ${call.function ?? ""}`} label="Call" />
        )}
      </Panel>
      <div className={classes.columns}>
        <Panel title="Size">
          <Rows>
            <Row label="CPU">{formatCores(workload.resources.cpu_milli ?? 0)} cores</Row>
            <Row label="Memory">{limit(workload.resources.memory_bytes)}</Row>
            <Row label="GPUs">
              {workload.resources.gpus ?? 0} {spec.gpu_model ?? ""}
            </Row>
            <Row label="Disk">{limit(workload.resources.disk_bytes)}</Row>
            <Row label="Processes">{formatCount(workload.replicas)}</Row>
            {ports.length > 0 && <Row label="Ports">{ports.join(", ")}</Row>}
          </Rows>
        </Panel>
        <Panel title="Rules">
          <Rows>
            <Row label="Attempts">
              {restart.always ? "always started again" : plural((restart.max_retries ?? 0) + 1, "attempt")}
            </Row>
            <Row label="Timeout">
              {spec.timeout_s == null ? "none" : `${formatDuration(spec.timeout_s * 1000)} an attempt`}
            </Row>
            <Row label="Time to end">{formatDuration((spec.grace_s ?? 10) * 1000)}</Row>
            <Row label="Priority">{spec.priority ?? 0}</Row>
            <Row label="Backend">{workload.backend}</Row>
          </Rows>
        </Panel>
        <Panel title="Environment">
          <Rows>
            <Row label="Python">{environment.python || "the server's"}</Row>
            {environment.image && <Row label="Image">{environment.image}</Row>}
            <Row label="Packages">
              {(environment.requirements ?? []).join(", ") ||
                (environment.lock ? "from a lock file" : "the server's")}
            </Row>
          </Rows>
        </Panel>
      </div>
      <div className={classes.columns}>
        <Panel title="Variables" count={formatCount(count(variables) + count(secrets))}>
          <Rows none="None were set">
            {Object.entries(variables).map(([name, value]) => (
              <Row key={name} label={name} mono>
                {looksSecret(name) ? <Hidden value={value} name={name} /> : <code>{value}</code>}
              </Row>
            ))}
            {Object.entries(secrets).map(([name, secret]) => (
              <Row key={name} label={name} mono>
                from the secret {secret}
              </Row>
            ))}
          </Rows>
        </Panel>
        <Panel title="Files" count={formatCount(files.length)}>
          <Rows none="It begins in an empty folder">
            {files.map((file) => (
              <Row key={file.path} label={file.path} mono>
                <code title={file.digest}>{file.digest.slice(0, 12)}</code>
                {file.executable && " executable"}
              </Row>
            ))}
          </Rows>
        </Panel>
        <Panel title="Labels" count={formatCount(count(labels))}>
          <Rows none="It has none">
            {Object.entries(labels).map(([key, value]) => (
              <Row key={key} label={key}>
                {value}
              </Row>
            ))}
          </Rows>
        </Panel>
      </div>
    </div>
  );
}

function Rows({ children, none = "" }: { children: ReactNode; none?: string }) {
  const empty = Array.isArray(children) && children.flat().filter(Boolean).length === 0;
  if (empty) return <p className={classes.none}>{none}</p>;
  return <dl className={classes.rows}>{children}</dl>;
}

function Row({ label, mono = false, children }: { label: string; mono?: boolean; children: ReactNode }) {
  return (
    <div className={classes.row}>
      <dt data-mono={mono || undefined} title={label}>
        {label}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A value that looks like a password: shown when somebody asks. */
function Hidden({ name, value }: { name: string; value: string }) {
  const [shown, setShown] = useState(false);
  if (shown) return <code>{value}</code>;
  return (
    <>
      <span aria-hidden>••••••••</span>{" "}
      <button
        type="button"
        className={classes.show}
        onClick={() => setShown(true)}
        aria-label={`Show ${name}`}
      >
        Show
      </button>
    </>
  );
}

function limit(bytes: number | undefined): string {
  return bytes ? formatBytes(bytes) : "no limit";
}

function count(record: object): number {
  return Object.keys(record).length;
}
