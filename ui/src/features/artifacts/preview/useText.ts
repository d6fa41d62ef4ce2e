import { useInfiniteQuery } from "@tanstack/react-query";
import { loadText, type TextPart } from "../bytes";

export interface GrowingText {
  readonly text: string;
  /** Bytes read so far, from the start. */
  readonly read: number;
  readonly more: boolean;
  readonly loading: boolean;
  readonly error: unknown;
  loadMore(): void;
}

/** The text of a file, a part at a time. */
export function useText(url: string, digest: string | null, partBytes: number): GrowingText {
  const query = useInfiniteQuery({
    queryKey: ["artifact-text", url, digest, partBytes],
    queryFn: ({ pageParam, signal }) => loadText(url, pageParam, partBytes, signal),
    initialPageParam: 0,
    getNextPageParam: (last: TextPart) => last.next,
    // Bytes of a digest never change.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const parts = query.data?.pages ?? [];
  const last = parts[parts.length - 1];
  return {
    text: parts.map((part) => part.text).join(""),
    read: last === undefined ? 0 : (last.next ?? last.size),
    more: query.hasNextPage,
    loading: query.isFetching,
    error: query.error,
    loadMore: () => void query.fetchNextPage(),
  };
}
