import { useQuery } from "@tanstack/react-query";
import { type FileFacts, loadPart } from "../bytes";

/** The last part of a text file, from the beginning of a line on. */
export function useTail(
  url: string,
  facts: FileFacts,
  bytes: number,
  enabled: boolean,
): { text: string; error: unknown } {
  const { data, error } = useQuery({
    queryKey: ["artifact-tail", url, facts.digest, bytes],
    queryFn: async ({ signal }) => {
      const part = await loadPart(url, -bytes, bytes, signal);
      const text = new TextDecoder().decode(part.bytes);
      return part.start === 0 ? text : text.slice(text.indexOf("\n") + 1);
    },
    enabled,
    gcTime: 60_000,
  });
  return { text: data ?? "", error };
}
