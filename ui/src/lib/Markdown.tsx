import { useQuery } from "@tanstack/react-query";
import classes from "./Markdown.module.css";

/** Markdown from users, made harmless: no script, no style, no picture or frame from elsewhere. */
export function Markdown({ text }: { text: string }) {
  const { data } = useQuery({
    queryKey: ["markdown", text],
    queryFn: async () => (await import("./renderMarkdown")).renderMarkdown(text),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: (previous) => previous,
  });
  if (data === undefined) return <div className={classes.markdown}>{text}</div>;
  // biome-ignore lint/security/noDangerouslySetInnerHtml: renderMarkdown hands out sanitised HTML only.
  return <div className={classes.markdown} dangerouslySetInnerHTML={{ __html: data }} />;
}
