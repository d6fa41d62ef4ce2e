/** Splits a command as a shell would, without running anything: quotes and backslashes, no variables. */
export function splitCommand(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] as string;
    if (quote !== null) {
      if (letter === quote) quote = null;
      else if (letter === "\\" && quote === '"' && /["\\$`]/.test(text[at + 1] ?? "")) {
        at += 1;
        word = (word ?? "") + (text[at] ?? "");
      } else word = (word ?? "") + letter;
    } else if (letter === "'" || letter === '"') {
      quote = letter;
      word ??= "";
    } else if (letter === "\\" && at + 1 < text.length) {
      at += 1;
      if (text[at] !== "\n") word = (word ?? "") + (text[at] ?? "");
    } else if (/\s/.test(letter)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + letter;
  }
  return word === null ? words : [...words, word];
}

/** Words as a shell takes them. */
export function joinCommand(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

/** Whether the text needs a shell: it has more in it than one command and its words. */
export function needsShell(text: string): boolean {
  const bare = text.replace(/'[^']*'|"(?:\\.|[^"\\$`])*"|\\./g, "");
  return /[|&;<>()$`*?~#]|\n/.test(bare.trim());
}

/** The command to run for what was typed: split, or handed to a shell where it needs one. */
export function commandOf(text: string): string[] {
  return needsShell(text) ? ["sh", "-c", text.trim()] : splitCommand(text);
}

/** What was typed for a command, to be typed again. */
export function typedOf(command: readonly string[]): string {
  const [shell, flag, script, ...rest] = command;
  if (shell === "sh" && flag === "-c" && script !== undefined && rest.length === 0 && needsShell(script))
    return script;
  return joinCommand(command);
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}
