import DOMPurify from "dompurify";
import { Marked } from "marked";

const marked = new Marked({ gfm: true, breaks: true });

/** Makes HTML of Markdown that cannot run anything, reach another host or restyle the page. */
export function renderMarkdown(text: string): string {
  const html = marked.parse(text, { async: false });
  const clean = DOMPurify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ["style", "form", "input", "button", "textarea", "select", "iframe", "video", "audio"],
    FORBID_ATTR: ["style", "class", "id", "srcset"],
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of clean.querySelectorAll("a[href]")) {
    link.setAttribute("rel", "noopener noreferrer nofollow");
    link.setAttribute("target", "_blank");
  }
  for (const image of clean.querySelectorAll("img")) replaceForeign(image);
  for (const block of clean.querySelectorAll("pre, table")) block.setAttribute("tabindex", "0");
  const holder = document.createElement("div");
  holder.append(clean);
  return holder.innerHTML;
}

/** The page asks no other host: a picture from elsewhere becomes a link to it. */
function replaceForeign(image: HTMLImageElement): void {
  const source = image.getAttribute("src") ?? "";
  if (/^data:image\/(png|jpeg|gif|webp);/i.test(source)) return;
  const link = document.createElement("a");
  link.textContent = image.alt || source || "picture";
  if (/^https?:/i.test(source)) link.href = source;
  link.rel = "noopener noreferrer nofollow";
  link.target = "_blank";
  image.replaceWith(link);
}
