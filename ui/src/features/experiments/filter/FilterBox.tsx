import { ListFilter, X } from "lucide-react";
import { type KeyboardEvent, type RefObject, useEffect, useId, useMemo, useState } from "react";
import { errorHint, errorMessage } from "@/api/errors";
import type { ExperimentFields } from "@/api/types";
import { applySuggestion, complete, filterFromText, looksLikeFilter, wordAt } from "./completion";
import classes from "./FilterBox.module.css";

interface FilterBoxProps {
  /** The filter in force. */
  filter: string;
  fields: ExperimentFields;
  /** Told of the name that is being typed: fields that have it are wanted. */
  onWord: (word: string) => void;
  /** What the server said of the filter in force. */
  error: unknown;
  inputRef: RefObject<HTMLInputElement | null>;
  onFilter: (filter: string) => void;
}

/** A box for MLflow's search grammar that knows the fields of the experiment; a plain word searches by name. */
export function FilterBox(props: FilterBoxProps) {
  const { filter, fields, error, inputRef, onWord, onFilter } = props;
  const id = useId();
  const [text, setText] = useState(filter);
  /** Where in which text something may be offered; null while nothing is. */
  const [asked, setAsked] = useState<{ text: string; caret: number } | null>(null);
  const [active, setActive] = useState(-1);
  useEffect(() => setText(filter), [filter]);

  const completion = useMemo(
    () => (asked === null ? null : complete(asked.text, asked.caret, fields)),
    [asked, fields],
  );
  const suggestions = completion?.suggestions ?? [];
  const refresh = (value: string, caret: number | null) => {
    const at = caret ?? value.length;
    setAsked({ text: value, caret: at });
    onWord(wordAt(value, at));
    setActive(-1);
  };
  const close = () => setAsked(null);
  const submit = () => {
    const next = filterFromText(text);
    setText(next);
    close();
    onFilter(next);
  };
  const take = (index: number) => {
    const chosen = suggestions[index];
    if (completion === null || chosen === undefined) return;
    const [next, caret] = applySuggestion(text, completion, chosen);
    setText(next);
    refresh(next, caret);
    const input = inputRef.current;
    input?.focus();
    // After React has written the value.
    requestAnimationFrame(() => input?.setSelectionRange(caret, caret));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && suggestions.length > 0) {
      event.preventDefault();
      setActive((active + step + suggestions.length) % suggestions.length);
    } else if (event.key === "Enter" || (event.key === "Tab" && active >= 0)) {
      event.preventDefault();
      if (active >= 0) take(active);
      else submit();
    } else if (event.key === "Escape") {
      if (suggestions.length > 0) close();
      else inputRef.current?.blur();
    }
  };
  const failed = error !== null && error !== undefined && filter !== "";
  const byName = text.trim() !== "" && !looksLikeFilter(text) && active < 0;

  return (
    <div className={classes.box}>
      <div className={classes.field} data-failed={failed || undefined}>
        <ListFilter size={14} aria-hidden />
        <input
          ref={inputRef}
          role="combobox"
          aria-label="Filter runs"
          aria-expanded={suggestions.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          aria-invalid={failed}
          aria-describedby={failed ? `${id}-error` : undefined}
          placeholder="Filter: a name, or metrics.loss < 0.1 AND params.model = 'tree'"
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setText(event.currentTarget.value);
            refresh(event.currentTarget.value, event.currentTarget.selectionStart);
          }}
          onFocus={(event) => refresh(text, event.currentTarget.selectionStart)}
          onBlur={close}
          onKeyDown={onKeyDown}
        />
        {text !== "" && (
          <button type="button" aria-label="Clear the filter" onClick={() => onFilter("")}>
            <X size={14} aria-hidden />
          </button>
        )}
      </div>
      <div
        role="listbox"
        id={`${id}-list`}
        aria-label="Suggestions"
        className={classes.list}
        hidden={suggestions.length === 0}
      >
        {byName && suggestions.length > 0 && (
          <div className={classes.tip} role="presentation">
            Enter: runs named like “{text.trim()}”
          </div>
        )}
        {suggestions.map((suggestion, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keyboard, as a combobox does.
          <div
            key={suggestion.label}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            className={classes.option}
            // Keeps the caret in the box.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(index)}
            ref={(element) => {
              if (index === active) element?.scrollIntoView?.({ block: "nearest" });
            }}
          >
            <code>{suggestion.label}</code>
            <span>{suggestion.detail}</span>
          </div>
        ))}
      </div>
      {failed && (
        <p id={`${id}-error`} role="alert" className={classes.error}>
          {errorMessage(error)}
          {errorHint(error) !== null && <span> {errorHint(error)}</span>}
        </p>
      )}
    </div>
  );
}
