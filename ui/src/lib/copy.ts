import { toastDone, toastError } from "./toast";

/** Puts `text` on the clipboard and says so. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await writeClipboard(text);
    toastDone(`${what} copied`);
  } catch (error) {
    toastError(`${what} could not be copied`, error);
  }
}

async function writeClipboard(text: string): Promise<void> {
  // Absent on plain HTTP from another machine.
  if (navigator.clipboard !== undefined) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("the browser refused");
}
