import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Package } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { experimentQuery } from "@/api/experiments";
import { modelQuery } from "@/api/models";
import { runQuery } from "@/api/runs";
import type { LoggedModel } from "@/api/types";
import { modelFolderPath } from "@/features/artifacts/logic/modelPath";
import { Card } from "@/lib/Card";
import { CopyButton } from "@/lib/CopyButton";
import { Facts as HeaderFacts } from "@/lib/Facts";
import { ErrorMessage } from "@/lib/Message";
import { formatExact, formatNumber } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { experimentPage, experimentsPage, runPage } from "@/lib/paths";
import { RegisteredAs } from "@/lib/registry/RegisteredAs";
import { TimeAgo } from "@/lib/TimeAgo";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import classes from "./ModelPage.module.css";

const RegisterDialog = lazy(async () => ({
  default: (await import("@/lib/registry/RegisterDialog")).RegisterDialog,
}));

/** A model that a run logged: where it comes from, and what is known of it. */
export function ModelPage() {
  const { experimentId = "", modelId = "" } = useParams({ strict: false }) as Record<string, string>;
  const workspace = useWorkspace();
  const model = useQuery(modelQuery(workspace, modelId));
  const experiment = useQuery(experimentQuery(workspace, experimentId));
  const name = model.data?.info.name ?? modelId;
  usePage([
    { label: "Experiments", page: experimentsPage(workspace) },
    { label: experiment.data?.name ?? experimentId, page: experimentPage(workspace, experimentId) },
    { label: name },
  ]);
  if (model.data === undefined) {
    return model.isError ? (
      <ErrorMessage
        heading="h1"
        title="This model cannot be shown"
        error={model.error}
        onRetry={() => void model.refetch()}
      />
    ) : (
      <h1 className="tm-visually-hidden">{name}</h1>
    );
  }
  const { info, data } = model.data;
  return (
    <div className={classes.page}>
      <Head info={info} />
      <Card title="Model">
        <Facts info={info} />
      </Card>
      <Table
        title="Metrics"
        rows={(data?.metrics ?? []).map((metric) => ({
          key: metric.dataset_name === undefined ? metric.key : `${metric.key} on ${metric.dataset_name}`,
          value: <span title={formatExact(metric.value)}>{formatNumber(metric.value)}</span>,
        }))}
      />
      <Table title="Parameters" rows={data?.params ?? []} />
      <Table title="Tags" rows={(info.tags ?? []).filter((tag) => !tag.key.startsWith("mlflow."))} />
    </div>
  );
}

/** Its name, what it was registered as, and a way to register it. */
function Head({ info }: { info: LoggedModel["info"] }) {
  const [registering, setRegistering] = useState(false);
  return (
    <header className={classes.head}>
      <h1>{info.name}</h1>
      <HeaderFacts>
        <RegisteredAs kind="logged_model" id={info.model_id} />
      </HeaderFacts>
      <Button
        size="xs"
        variant="default"
        leftSection={<Package size={14} />}
        onClick={() => setRegistering(true)}
      >
        Register model
      </Button>
      {registering && (
        <Suspense>
          <RegisterDialog
            runId={info.source_run_id ?? ""}
            models={[{ model_id: info.model_id, name: info.name }]}
            onClose={() => setRegistering(false)}
          />
        </Suspense>
      )}
    </header>
  );
}

function Facts({ info }: { info: LoggedModel["info"] }) {
  return (
    <dl className={classes.facts}>
      <Fact label="Status">{statusWord(info.status)}</Fact>
      <Fact label="Logged by">
        {info.source_run_id ? <SourceRun info={info} runId={info.source_run_id} /> : "no run"}
      </Fact>
      <Fact label="Created">
        <TimeAgo ms={info.creation_timestamp_ms} />
      </Fact>
      {info.model_type && <Fact label="Type">{info.model_type}</Fact>}
      <Copied label="Model ID" text={info.model_id} what="Model id" />
      <Copied
        label="Load with"
        text={`mlflow.pyfunc.load_model("models:/${info.model_id}")`}
        what="Python that loads the model"
      />
      {info.source_run_id && (
        <Fact label="Files">
          <FilesLink info={info} runId={info.source_run_id} />
        </Fact>
      )}
      <Copied label="Stored at" text={info.artifact_uri} what="Artifact address" />
    </dl>
  );
}

function SourceRun({ info, runId }: { info: LoggedModel["info"]; runId: string }) {
  const workspace = useWorkspace();
  const run = useQuery(runQuery(workspace, runId));
  return <PageLink page={runPage(workspace, info.experiment_id, runId)}>{run.data?.name ?? runId}</PageLink>;
}

/** The model's files, among those of the run that made them. */
function FilesLink({ info, runId }: { info: LoggedModel["info"]; runId: string }) {
  const { to, search } = runPage(useWorkspace(), info.experiment_id, runId, "artifacts");
  return (
    <PageLink page={{ to, search: { ...search, path: modelFolderPath(info.model_id) } }}>
      Look at the files
    </PageLink>
  );
}

function Copied({ label, text, what }: { label: string; text: string; what: string }) {
  return (
    <Fact label={label}>
      <code>{text}</code> <CopyButton text={text} what={what} />
    </Fact>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Table({ title, rows }: { title: string; rows: readonly { key: string; value: ReactNode }[] }) {
  if (rows.length === 0) return null;
  return (
    <Card title={title} aside={<span className="tm-number">{rows.length}</span>}>
      <dl className={classes.facts}>
        {rows.map((row) => (
          <Fact key={row.key} label={row.key}>
            {row.value}
          </Fact>
        ))}
      </dl>
    </Card>
  );
}

/** "LOGGED_MODEL_READY" as "ready". */
function statusWord(status: string): string {
  return status
    .replace(/^LOGGED_MODEL_/, "")
    .replaceAll("_", " ")
    .toLowerCase();
}
