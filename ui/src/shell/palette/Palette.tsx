import { Modal } from "@mantine/core";
import { Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Keys } from "../Keys";
import classes from "./Palette.module.css";
import { type PaletteEntry, useResults } from "./useResults";

/** One box to go anywhere and to do anything the present page can do. */
export function Palette({ onClose }: { onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size={600}
      yOffset="12vh"
      attributes={{ content: { "aria-label": "Search and commands" } }}
      transitionProps={{ duration: 80 }}
    >
      <PaletteBox onClose={onClose} />
    </Modal>
  );
}

function PaletteBox({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const { entries, searching } = useResults(text);
  const listId = useId();
  const current = Math.min(active, entries.length - 1);

  const choose = (entry: PaletteEntry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && entries.length > 0) {
      event.preventDefault();
      setActive((current + step + entries.length) % entries.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(entries[current]);
    }
  };

  return (
    <>
      <div className={classes.field}>
        <Search size={16} aria-hidden />
        <input
          data-autofocus
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={entries.length > 0 ? `${listId}-${current}` : undefined}
          aria-label="Experiment, run, model, job or command"
          placeholder="Find an experiment, a run, a model, a job or a command"
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setText(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div role="listbox" id={listId} aria-label="Results" className={classes.list}>
        {entries.map((entry, index) => (
          <Entry
            key={entry.id}
            id={`${listId}-${index}`}
            entry={entry}
            heading={entries[index - 1]?.group === entry.group ? null : entry.group}
            active={index === current}
            onChoose={() => choose(entry)}
            onHover={() => setActive(index)}
          />
        ))}
        {entries.length === 0 && (
          <p className={classes.empty}>{searching ? "Searching" : `Nothing named “${text}”`}</p>
        )}
      </div>
    </>
  );
}

interface EntryProps {
  id: string;
  entry: PaletteEntry;
  heading: string | null;
  active: boolean;
  onChoose: () => void;
  onHover: () => void;
}

function Entry({ id, entry, heading, active, onChoose, onHover }: EntryProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) element.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <>
      {heading !== null && (
        <div className={classes.heading} role="presentation">
          {heading}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the box above has the keyboard, as a combobox does. */}
      <div
        ref={element}
        id={id}
        role="option"
        aria-selected={active}
        className={classes.entry}
        onClick={onChoose}
        onMouseMove={onHover}
      >
        <span className={classes.label}>{entry.label}</span>
        <span className={classes.detail}>{entry.detail}</span>
        {entry.keys !== undefined && <Keys keys={entry.keys} />}
      </div>
    </>
  );
}
