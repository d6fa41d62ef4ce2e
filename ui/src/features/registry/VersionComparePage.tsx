import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ArrowLeftRight } from "lucide-react";
import { useMemo } from "react";
import { comparisonQuery } from "@/api/registry";
import { ErrorMessage, Message } from "@/lib/Message";
import { PageLink } from "@/lib/PageLink";
import { registeredModelPage, registryPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import classes from "./compare/Compare.module.css";
import { ComparedSide } from "./compare/ComparedSide";
import { DifferenceTable } from "./compare/DifferenceTable";
import { sectionsOf } from "./logic/comparison";

/** Two versions of a model beside each other: what differs first, what is equal folded. */
export function VersionComparePage() {
  const { name = "" } = useParams({ strict: false }) as Record<string, string>;
  const workspace = useWorkspace();
  const [query, patch] = useQueryState();
  const [left, right] = [Number(query.left ?? 0), Number(query.right ?? 0)];
  const asked = left > 0 && right > 0;
  const { data, error, refetch } = useQuery({
    ...comparisonQuery(workspace, name, left, right),
    enabled: asked,
  });
  const page = registeredModelPage(workspace, name);
  const trail = useMemo(
    () => [
      { label: "Models", page: registryPage(workspace) },
      { label: name, page: registeredModelPage(workspace, name) },
      { label: "Compare" },
    ],
    [workspace, name],
  );
  usePage(trail);
  if (!asked)
    return (
      <Message title="Choose two versions" heading="h1">
        Select two in the list of <PageLink page={page}>{name}</PageLink>, then Compare.
      </Message>
    );
  if (error !== null && data === undefined)
    return (
      <ErrorMessage
        heading="h1"
        title="The versions cannot be compared"
        error={error}
        onRetry={() => void refetch()}
      />
    );
  if (data === undefined) return <div role="status" aria-label="Loading the comparison" />;
  const sections = sectionsOf(data);
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <h1>Compare versions of {name}</h1>
        <button
          type="button"
          onClick={() => patch({ left: String(right), right: String(left) })}
          title="The other one on the left"
        >
          <ArrowLeftRight size={14} aria-hidden /> Swap
        </button>
      </header>
      <div className={classes.sides}>
        <ComparedSide
          label="Left"
          version={data.left}
          name={name}
          onChoose={(version) => patch({ left: String(version) })}
        />
        <ComparedSide
          label="Right"
          version={data.right}
          name={name}
          onChoose={(version) => patch({ right: String(version) })}
        />
      </div>
      {sections.map((section) => (
        <DifferenceTable key={section.id} section={section} left={left} right={right} />
      ))}
    </div>
  );
}
