import type { Column, ModelFacts } from "@/api/registry/types";
import { formatCount } from "@/lib/numbers";
import { Panel } from "@/lib/Panel";
import { VirtualTable } from "@/lib/VirtualTable";
import classes from "./Version.module.css";

/** What goes into the model and what comes out. */
export function SignaturePanel({ facts }: { facts: ModelFacts }) {
  const { signature } = facts;
  return (
    <Panel title="Signature" flush>
      {signature === null ? (
        <p className={classes.nothing}>
          {facts.problem || (
            <>
              The model does not say what goes in. <code>log_model(…, input_example=X)</code> writes it down.
            </>
          )}
        </p>
      ) : (
        <>
          <Columns title="Inputs" columns={signature.inputs} />
          <Columns title="Outputs" columns={signature.outputs} />
          {signature.params.length > 0 && (
            <Columns title="Parameters" columns={signature.params} withDefaults />
          )}
        </>
      )}
    </Panel>
  );
}

const NAME = { id: "name", header: "Name" };
const TYPE = { id: "type", header: "Type" };
const REQUIRED = { id: "required", header: "Required", width: 84 };
const DEFAULT = { id: "default", header: "By default", width: 110 };

interface ColumnsProps {
  title: string;
  columns: readonly Column[];
  withDefaults?: boolean;
}

function Columns({ title, columns, withDefaults = false }: ColumnsProps) {
  const shown = withDefaults ? [NAME, TYPE, DEFAULT] : [NAME, TYPE, REQUIRED];
  const cell = (row: number, at: number) => {
    const column = columns[row];
    switch (shown[at]?.id) {
      case "name":
        return <code title={column?.name}>{column?.name || `(${row})`}</code>;
      case "type":
        return <span title={column?.type}>{column?.type}</span>;
      case "default":
        return <code title={column?.default}>{column?.default}</code>;
      default:
        return column?.is_required ? "yes" : "no";
    }
  };
  return (
    <div className={classes.columns}>
      <h3 className={classes.sub}>
        {title} <span className="tm-number">{formatCount(columns.length)}</span>
      </h3>
      {columns.length === 0 ? (
        <p className={classes.nothing}>None.</p>
      ) : (
        <VirtualTable label={title} columns={shown} count={columns.length} cell={cell} maxHeight="260px" />
      )}
    </div>
  );
}
