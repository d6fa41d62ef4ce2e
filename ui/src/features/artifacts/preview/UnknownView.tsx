import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { ErrorMessage } from "@/lib/Message";
import { formatBytes } from "@/lib/numbers";
import { loadPart } from "../bytes";
import { hexLines } from "../logic/hex";
import { looksLikeTable, looksLikeText, signatureName } from "../logic/kinds";
import { Lines } from "./Lines";
import type { FileViewProps } from "./Preview";
import classes from "./Preview.module.css";

const TableView = lazy(() => import("./TableView"));
const TextView = lazy(() => import("./TextView"));

const HEAD_BYTES = 4096;

/** A file whose name says nothing: a table or text if its bytes read as text, else its first bytes. */
export function UnknownView(props: FileViewProps) {
  const { url, facts } = props;
  const { data, error } = useQuery({
    queryKey: ["artifact-head", url, facts.digest],
    queryFn: ({ signal }) => loadPart(url, 0, HEAD_BYTES, signal),
    gcTime: 60_000,
  });
  const bytes = data?.bytes;
  const lines = useMemo(
    () => hexLines(bytes ?? new Uint8Array()).map((text, index) => ({ number: index, text })),
    [bytes],
  );
  if (error) return <ErrorMessage title="The file could not be read" error={error} />;
  if (bytes === undefined) return <div role="status" aria-label="Loading the file" />;
  if (looksLikeText(bytes)) {
    return (
      <Suspense fallback={null}>
        {looksLikeTable(new TextDecoder().decode(bytes)) ? <TableView {...props} /> : <TextView {...props} />}
      </Suspense>
    );
  }
  const name = signatureName(bytes);
  return (
    <>
      <div className={classes.bar}>
        <span>{name === null ? "Binary data with no preview" : `This looks like ${name}`}.</span>
        <span className={classes.grow} />
        <span>
          first {formatBytes(bytes.length)} of {formatBytes(facts.size)}
        </span>
      </div>
      <Lines lines={lines} wrap={false} numbered={false} />
    </>
  );
}
