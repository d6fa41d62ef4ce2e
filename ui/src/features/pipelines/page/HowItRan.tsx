import classes from "./TaskDetail.module.css";

const HOW: Readonly<Record<string, string>> = {
  worker: "It ran in a warm process with the packages that it asks for.",
  container: "It ran in a container of its image.",
  command: "It ran as a command of this machine, outside of its image.",
};

interface HowItRanProps {
  how: string;
  notes: readonly string[];
}

/** In which way a task was executed, and what a reader of its outputs should know of that. */
export function HowItRan({ how, notes }: HowItRanProps) {
  const said = [HOW[how], ...notes].filter((each) => each !== undefined);
  if (said.length === 0) return null;
  return (
    <ul className={classes.said} aria-label="How it ran">
      {said.map((each) => (
        <li key={each}>{each}</li>
      ))}
    </ul>
  );
}

/** What the pipeline asks of Kubernetes that means nothing here. */
export function NotApplied({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <section className={classes.notApplied} aria-label="Not applied">
      <h3>Asked of Kubernetes, and not applied here</h3>
      <ul>
        {notes.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </section>
  );
}
