/** A list as one value of a query: joined by commas, with the commas inside an item escaped. */
export function joinList(items: readonly string[]): string {
  return items.map((item) => item.replace(/[%,]/g, encodeURIComponent)).join(",");
}

/** The items that `joinList` joined; unreadable escapes stay as they are. */
export function splitList(text: string | undefined): string[] {
  if (text === undefined || text === "") return [];
  return text.split(",").map((item) => item.replace(/%2C/gi, ",").replace(/%25/g, "%"));
}
