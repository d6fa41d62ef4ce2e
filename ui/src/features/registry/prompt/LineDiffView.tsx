import { plural } from "@/lib/numbers";
import { changeCounts, type DiffLine } from "../logic/lineDiff";
import classes from "./LineDiffView.module.css";

const SIGNS = { same: " ", added: "+", removed: "-" };

/** How one text became another. */
export function LineDiffView({ lines }: { lines: readonly DiffLine[] }) {
  const { added, removed } = changeCounts(lines);
  return (
    <>
      <p className={classes.counts}>
        {added + removed === 0
          ? "The texts are equal."
          : `${plural(added, "line")} added, ${plural(removed, "line")} removed`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard. */}
      <section className={classes.diff} tabIndex={0} aria-label="Changes">
        {lines.map(({ kind, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines stay in their order.
          <div key={index} data-kind={kind}>
            <span aria-hidden>{SIGNS[kind]}</span>
            {kind !== "same" && <span className="tm-visually-hidden">{kind}: </span>}
            {text}
          </div>
        ))}
      </section>
    </>
  );
}
