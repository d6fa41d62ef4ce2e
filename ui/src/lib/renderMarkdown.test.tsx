import { describe, expect, it } from "vitest";
import { renderMarkdown } from "./renderMarkdown";

describe("renderMarkdown", () => {
  it("renders headings, tables and code", () => {
    const html = renderMarkdown("# Title\n\n| a |\n|---|\n| 1 |\n\n`x`");
    expect(html).toContain("<h1>Title</h1>");
    expect(html).toContain("<td>1</td>");
    expect(html).toContain("<code>x</code>");
  });

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "<svg onload=alert(1)>",
    "<iframe src='https://example.com'></iframe>",
    "<form action='/x'><input name=a></form>",
    "<p style='position:fixed' id='main' class='x'>y</p>",
    "<math><mtext></mtext><style><img src=x onerror=alert(1)></style></math>",
  ])("makes %s harmless", (text) => {
    const holder = document.createElement("div");
    holder.innerHTML = renderMarkdown(text);
    expect(holder.querySelector("script, iframe, form, input, svg, img, style, math")).toBeNull();
    for (const element of holder.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on|^style$|^id$|^class$/);
        expect(value).not.toMatch(/javascript:/i);
      }
    }
  });

  it("asks no other host for pictures, and keeps pictures that the text carries itself", () => {
    const foreign = renderMarkdown("![plot](https://example.com/p.png)");
    expect(foreign).not.toContain("<img");
    expect(foreign).toContain('href="https://example.com/p.png"');
    expect(renderMarkdown("![dot](data:image/png;base64,AAAA)")).toContain("<img");
  });

  it("opens links elsewhere, without a way back to the page", () => {
    expect(renderMarkdown("[x](https://example.com)")).toMatch(/rel="noopener[^"]*"[^>]*target="_blank"/);
  });
});
