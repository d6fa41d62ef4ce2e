/** Cuts a text where it holds `find`, in either case: what does not match first, then by turns. */
export function splitAt(text: string, find: string): string[] {
  const parts: string[] = [];
  const low = text.toLowerCase();
  const wanted = find.toLowerCase();
  let from = 0;
  for (;;) {
    const at = wanted === "" ? -1 : low.indexOf(wanted, from);
    if (at < 0) return [...parts, text.slice(from)];
    parts.push(text.slice(from, at), text.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
}
